import { describe, expect, it } from 'vitest'
import type { TablePreview } from '#lib/api/preview.ts'
import { cellText, columnWidth, isNumberType, readableText, rowObject } from './cell-text.ts'

describe('values of a preview as text', () => {
  it('keeps null apart from empty text, and nested values as JSON', () => {
    expect([null, '', false, 0, '9007199254740993', { a: [1, null] }].map(cellText)).toEqual([
      null,
      '',
      'false',
      '0',
      '9007199254740993',
      '{"a":[1,null]}',
    ])
    expect(readableText({ a: 1 })).toBe('{\n  "a": 1\n}')
    expect(readableText('plain')).toBe('plain')
  })

  it('knows numbers by their type alone', () => {
    expect(['int', 'long', 'decimal(9, 2)', 'double'].every(isNumberType)).toBe(true)
    expect(['string', 'list<int>', 'struct<a: long>', 'date', 'interval'].some(isNumberType)).toBe(false)
  })

  it('gives a column the width of its longest text, wide characters twice, and no more than a cell', () => {
    expect(columnWidth(['id', '12345678'])).toBe(24 + 8 * 7.25)
    expect(columnWidth(['가나다라'])).toBe(columnWidth(['12345678']))
    expect(columnWidth(['a', null])).toBe(columnWidth(['NULL']))
    expect(columnWidth(['x'.repeat(5_000)])).toBe(320)
  })

  it('marks what was cut', () => {
    const preview = {
      columns: [{ name: 'id' }, { name: 'text' }],
      rows: [['1', 'abc']],
      cut: [{ row: 0, column: 1, length: 5000 }],
    } as unknown as TablePreview
    expect(rowObject(preview, 0)).toEqual({ id: '1', text: 'abc…' })
  })
})
