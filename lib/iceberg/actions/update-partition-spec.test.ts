import { describe, expect, it } from 'vitest'
import type { Table } from '../catalog/catalog.ts'
import { applyUpdates } from '../commit/apply-updates.ts'
import { checkRequirements } from '../commit/check-requirements.ts'
import { commitChange, type MakeChange } from '../commit/commit-change.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { newTableMetadata } from '../commit/new-table-metadata.ts'
import { and, type Expression, eq, gtEq, lt } from '../scan/expression.ts'
import { planFiles } from '../scan/plan-files.ts'
import { defaultSpec, type TableMetadata } from '../spec/table-metadata.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { MemoryFileIO } from '../test-support/memory-file-io.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import { replaceSortOrder, type SortColumn } from './replace-sort-order.ts'
import { type PartitionChange, updatePartitionSpec } from './update-partition-spec.ts'
import { updateSchema } from './update-schema.ts'

const base = (formatVersion = 2): TableMetadata =>
  newTableMetadata('s3://w/t', { ...visitsRequest, properties: { 'format-version': String(formatVersion) } })

async function change(metadata: TableMetadata, make: MakeChange): Promise<TableMetadata> {
  const table: Table = { identifier: visits, metadataLocation: '', metadata, io: new MemoryFileIO() }
  const { requirements, updates } = await make(table)
  checkRequirements(metadata, requirements)
  return applyUpdates(metadata, updates)
}
const evolve = (metadata: TableMetadata, ...changes: PartitionChange[]) =>
  change(metadata, updatePartitionSpec(changes))
const fields = (metadata: TableMetadata) =>
  defaultSpec(metadata).fields.map((field) => `${field.fieldId} ${field.name} ${field.transform}`)

describe('updatePartitionSpec', () => {
  const bucket: PartitionChange = { change: 'add-field', column: 'id', transform: 'bucket[16]' }

  it('adds, replaces, renames and drops fields', async () => {
    const added = await evolve(base(), bucket, {
      change: 'add-field',
      column: 'page',
      transform: 'truncate[4]',
    })
    expect(fields(added)).toEqual([
      '1000 day identity',
      '1001 id_bucket_16 bucket[16]',
      '1002 page_trunc_4 truncate[4]',
    ])
    const replaced = await evolve(added, { change: 'replace-field', name: 'day', transform: 'month' })
    expect(fields(replaced).at(-1)).toBe('1003 day_month month')
    const renamed = await evolve(replaced, { change: 'rename-field', name: 'id_bucket_16', newName: 'b' })
    expect(fields(renamed)).toContain('1001 b bucket[16]')
    const none = await evolve(
      renamed,
      ...['b', 'page_trunc_4', 'day_month'].map((name): PartitionChange => ({ change: 'drop-field', name })),
    )
    expect(fields(none)).toEqual([])
    expect(none.partitionSpecs.map((spec) => spec.specId)).toEqual([0, 1, 2, 3, 4])
  })

  it('gives a field that comes back its id, and a spec that comes back its own', async () => {
    const there = await evolve(base(), bucket)
    const gone = await evolve(there, { change: 'drop-field', name: 'id_bucket_16' })
    expect(gone).toMatchObject({ defaultSpecId: 0, lastPartitionId: 1001 })
    const back = await evolve(gone, { ...bucket, name: 'other' } as PartitionChange)
    expect(fields(back)).toEqual(['1000 day identity', '1001 other bucket[16]'])
    expect(back.lastPartitionId).toBe(1001)
    const same = await evolve(back, { change: 'rename-field', name: 'other', newName: 'id_bucket_16' })
    expect(same).toMatchObject({ defaultSpecId: there.defaultSpecId, lastPartitionId: 1001 })
  })

  it('keeps dropped fields as void in version 1, whose manifests count places', async () => {
    const next = await evolve(base(1), { change: 'drop-field', name: 'day' }, bucket)
    expect(fields(next)).toEqual(['1000 day void', '1001 id_bucket_16 bucket[16]'])
    const again = await evolve(next, { change: 'add-field', column: 'day', transform: 'identity' })
    expect(fields(again)).toEqual(['1000 day_1000 void', '1001 id_bucket_16 bucket[16]', '1002 day identity'])
    // The void field's column may go now.
    const unpartitioned = await evolve(base(1), { change: 'drop-field', name: 'day' })
    const dropped = await change(unpartitioned, updateSchema([{ change: 'drop-column', column: 'day' }]))
    expect(fields(dropped)).toEqual(['1000 day void'])
  })

  it.each<[PartitionChange, RegExp]>([
    [{ change: 'add-field', column: 'nope', transform: 'identity' }, /no column "nope"/],
    [{ change: 'add-field', column: 'day', transform: 'identity', name: 'x' }, /partitioned so already/],
    [{ change: 'add-field', column: 'id', transform: 'identity', name: 'page' }, /name of another column/],
    [{ change: 'add-field', column: 'id', transform: 'bucket[2]', name: 'day' }, /"day" already/],
    [{ change: 'add-field', column: 'id', transform: 'hour' }, /does not take a column of type long/],
    [{ change: 'add-field', column: 'id', transform: 'void' }, /cannot be partitioned/],
    [{ change: 'drop-field', name: 'nope' }, /no partition field "nope"/],
  ])('refuses %j', async (wrong, message) => {
    await expect(evolve(base(), wrong)).rejects.toThrow(
      expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) }),
    )
  })
})

describe('replaceSortOrder', () => {
  it('adds an order once and goes back to it and to none', async () => {
    const sort = (metadata: TableMetadata, ...columns: SortColumn[]) =>
      change(metadata, replaceSortOrder(columns))
    const byPage = await sort(
      base(),
      { column: 'page' },
      { column: 'id', direction: 'desc', transform: 'bucket[4]' },
    )
    expect(byPage.sortOrders.at(-1)).toEqual({
      orderId: 1,
      fields: [
        { sourceId: 2, transform: 'identity', direction: 'asc', nullOrder: 'nulls-first' },
        { sourceId: 1, transform: 'bucket[4]', direction: 'desc', nullOrder: 'nulls-last' },
      ],
    })
    const byId = await sort(byPage, { column: 'id' })
    expect(byId.defaultSortOrderId).toBe(2)
    const none = await sort(byId)
    expect(none.defaultSortOrderId).toBe(0)
    expect((await sort(none, { column: 'id' })).defaultSortOrderId).toBe(2)
    await expect(sort(base(), { column: 'x' })).rejects.toThrow(/no column "x"/)
    await expect(change(byPage, updateSchema([{ change: 'drop-column', column: 'page' }]))).rejects.toThrow(
      /sort order/,
    )
  })
})

describe('a table with files of several partition specs', () => {
  it('is planned by each file’s own spec', async () => {
    const catalog = new MemoryCatalog()
    await catalog.createTable(visits, visitsRequest)
    const append = (...files: Parameters<typeof appendFiles>[0]['files']) =>
      commitWithRetry(catalog, visits, appendFiles({ files }))
    await append(
      visitsFile({ day: 31, ids: [1n, 5n], path: 'day-31' }),
      visitsFile({ day: 60, ids: [6n, 9n], path: 'day-60' }),
    )
    await commitChange(
      catalog,
      visits,
      updatePartitionSpec([
        { change: 'replace-field', name: 'day', transform: 'month' },
        { change: 'add-field', column: 'id', transform: 'bucket[1]' },
      ]),
    )
    const { metadata } = await catalog.loadTable(visits)
    const specId = metadata.defaultSpecId
    expect(specId).toBe(1)
    const monthly = (month: number, path: string) => ({
      ...visitsFile({ day: null, ids: [10n, 20n], path }),
      specId,
      partition: { day_month: month, id_bucket_1: 0 },
    })
    await append(monthly(1, 'month-1'), monthly(2, 'month-2'))
    await commitChange(
      catalog,
      visits,
      updatePartitionSpec([
        { change: 'drop-field', name: 'day_month' },
        { change: 'drop-field', name: 'id_bucket_1' },
      ]),
    )
    await append({
      ...visitsFile({ day: null, ids: [30n, 40n], path: 'anything' }),
      specId: 2,
      partition: {},
    })
    const plan = async (filter: Expression) =>
      (await planFiles(await catalog.loadTable(visits), { filter })).map((task) => task.file.filePath).sort()
    expect(await plan(eq('day', '1970-02-01'))).toEqual(['anything', 'day-31', 'month-1'])
    expect(await plan(and(gtEq('day', '1970-03-01'), lt('id', 15n)))).toEqual(['day-60', 'month-2'])
    expect(await plan(lt('id', 8n))).toEqual(['day-31', 'day-60'])
  })
})
