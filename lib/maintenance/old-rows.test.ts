import { beforeEach, describe, expect, it } from 'vitest'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { encodeBound } from '#lib/iceberg/spec/single-value.ts'
import { MemoryCatalog } from '#lib/iceberg/test-support/memory-catalog.ts'
import { findOldFiles, findTimeColumn, type TimeColumn } from './old-rows.ts'

const [hour, day] = [3_600_000, 86_400_000]
const cutOff = Date.parse('2026-03-01T06:00:00Z')
const now = cutOff + 30 * day

const schema: Schema = {
  schemaId: 0,
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'at', required: false, type: 'timestamptz' },
    { id: 3, name: 'local', required: false, type: 'timestamp' },
  ],
}
const identifier = { namespace: ['test'], name: 'events' }
const at: TimeColumn = { id: 2, name: 'at', type: 'timestamptz' }
const local: TimeColumn = { id: 3, name: 'local', type: 'timestamp' }

let catalog: MemoryCatalog
beforeEach(async () => {
  catalog = new MemoryCatalog()
  await catalog.createNamespace(identifier.namespace)
  await catalog.createTable(identifier, {
    schema,
    partitionSpec: {
      specId: 0,
      fields: [{ sourceId: 2, fieldId: 1000, name: 'at_day', transform: 'day' }],
    },
  })
})

const bound = (ms: number, side: 'lower' | 'upper') =>
  encodeBound('timestamp', BigInt(ms) * 1000n, side) ?? Buffer.alloc(0)
/** A file whose two columns lie between two moments, the second with nulls; without bounds its partition alone tells. */
const file = (
  name: string,
  [from, to]: [from: number, to: number],
  { nulls = 0n, bounds = true }: { nulls?: bigint; bounds?: boolean } = {},
): DataFile => ({
  content: 'data',
  filePath: name,
  fileFormat: 'PARQUET',
  specId: 0,
  partition: { at_day: Math.floor(from / day) },
  recordCount: 10n,
  fileSizeInBytes: 1000n,
  ...(bounds
    ? {
        valueCounts: new Map([
          [2, 10n],
          [3, 10n],
        ]),
        nullValueCounts: new Map([
          [2, 0n],
          [3, nulls],
        ]),
        lowerBounds: new Map([
          [2, bound(from, 'lower')],
          [3, bound(from, 'lower')],
        ]),
        upperBounds: new Map([
          [2, bound(to, 'upper')],
          [3, bound(to, 'upper')],
        ]),
      }
    : {}),
})
const found = async (files: DataFile[], column = at) => {
  await commitWithRetry(catalog, identifier, appendFiles({ files }))
  const { whole, partly, isAlive } = await findOldFiles(await catalog.loadTable(identifier), column, {
    cutOff,
    now,
  })
  const names = (tasks: typeof whole) => tasks.map((task) => task.file.filePath).sort()
  return { whole: names(whole), partly: names(partly), isAlive }
}

describe('findOldFiles', () => {
  it('takes files whose newest event is before the cut-off, to the millisecond, and only as a whole', async () => {
    const files = [
      file('old', [cutOff - 5 * hour, cutOff - 1]),
      file('border', [cutOff - 5 * hour, cutOff]),
      file('new', [cutOff + hour, cutOff + 2 * hour]),
    ]
    expect(await found(files)).toEqual({ whole: ['old'], partly: ['border'], isAlive: true })
  })

  it('is sure by the partition where a file has no bounds, except on the day of the cut-off', async () => {
    const files = [
      file('yesterday', [cutOff - day, cutOff - day], { bounds: false }),
      file('same-day', [cutOff - hour, cutOff - hour], { bounds: false }),
    ]
    expect(await found(files)).toEqual({ whole: ['yesterday'], partly: ['same-day'], isAlive: false })
    const tomorrow = [file('tomorrow', [cutOff + day, cutOff + day], { bounds: false })]
    expect(await found(tomorrow)).toMatchObject({ whole: ['yesterday'], isAlive: true })
  })

  it('waits half a day longer where the time has no zone: it may be any', async () => {
    const files = [
      file('old', [cutOff - 20 * hour, cutOff - 12 * hour - 1]),
      file('near', [cutOff - 20 * hour, cutOff - 12 * hour]),
    ]
    expect(await found(files, local)).toMatchObject({ whole: ['old'], partly: ['near'] })
  })

  it('keeps rows without an event time: they have no age', async () => {
    const files = [file('nulls', [cutOff - 5 * day, cutOff - 5 * day], { nulls: 1n })]
    expect(await found(files, local)).toMatchObject({ whole: [], partly: ['nulls'] })
  })

  it('does not take a table for alive because of an event from the future', async () => {
    const old = file('old', [cutOff - day, cutOff - day])
    const future = file('future', [now + day, now + 3_000 * day])
    expect(await found([old, future])).toEqual({ whole: ['old'], partly: [], isAlive: false })
    const present = file('present', [now - hour, now])
    expect(await found([present])).toMatchObject({ isAlive: true })
  })
})

describe('findTimeColumn', () => {
  it('finds columns of a time, and says which there are otherwise', () => {
    expect(findTimeColumn(schema, { name: 'local' })).toEqual({ column: local, problem: null })
    expect(findTimeColumn(schema, { id: 2 }).column).toEqual(at)
    expect(findTimeColumn(schema, { name: 'id' }).problem).toContain('is of type long')
    expect(findTimeColumn(schema, { name: 'gone' }).problem).toContain('at, local')
  })
})
