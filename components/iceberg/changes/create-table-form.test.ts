import { describe, expect, it } from 'vitest'
import { emptyTable, newTableOf, type TableForm, tableFormSchema } from './create-table-form.ts'

const schema = tableFormSchema({
  nameError: 'name',
  columnError: 'column',
  partitionError: 'partition',
  typeError: 'type',
  widthError: 'width',
})
const form = (change: Partial<TableForm>): TableForm => ({ ...emptyTable, name: 'orders', ...change })
const field = (column: string, transform: TableForm['partitionBy'][number]['transform'], width = '') => ({
  column,
  transform,
  width,
})

describe('the form of a new table', () => {
  it('becomes what the API is asked for', () => {
    const columns = [
      { name: 'id', type: 'long', required: true, doc: '' },
      { name: 'at', type: 'timestamptz', required: false, doc: 'when' },
    ]
    const partitionBy = [field('at', 'day', '9'), field('id', 'bucket', '16')]
    expect(newTableOf(form({ columns, partitionBy, formatVersion: '3' }))).toEqual({
      name: 'orders',
      formatVersion: 3,
      columns: [
        { name: 'id', type: 'long', required: true },
        { name: 'at', type: 'timestamptz', required: false, doc: 'when' },
      ],
      partitionBy: [
        { column: 'at', transform: 'day' },
        { column: 'id', transform: 'bucket[16]' },
      ],
    })
  })

  it.each([
    ['', 'width'],
    ['0', 'width'],
    ['1.5', 'width'],
    ['16', null],
  ])('takes %j as the number of buckets, or says what is wrong', (width, problem) => {
    const parsed = schema.safeParse(form({ partitionBy: [field('id', 'bucket', width)] }))
    expect(parsed.error?.issues[0]?.message ?? null).toBe(problem)
  })

  it('asks for names', () => {
    const parsed = schema.safeParse(
      form({ name: ' ', columns: [{ name: '', type: '', required: false, doc: '' }] }),
    )
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual(['name', 'column', 'type'])
  })
})
