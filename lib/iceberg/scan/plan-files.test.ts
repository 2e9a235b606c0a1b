import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { appendFiles } from '../actions/append-files.ts'
import type { Table } from '../catalog/catalog.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { compareValues } from '../spec/compare-values.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { PartitionSpec, Transform } from '../spec/partition-spec.ts'
import { typedPartitionFields } from '../spec/partition-type.ts'
import type { PartitionValue } from '../spec/partition-value.ts'
import type { Schema } from '../spec/schema.ts'
import { encodeBound } from '../spec/single-value.ts'
import { defaultSpec } from '../spec/table-metadata.ts'
import { transformFunction } from '../spec/transform.ts'
import type { PrimitiveType, PrimitiveValue } from '../spec/types.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { type BoundExpression, bind } from './bind.ts'
import {
  and,
  type ComparisonOperator,
  type Expression,
  eq,
  gt,
  gtEq,
  isIn,
  isNan,
  isNull,
  lt,
  ltEq,
  not,
  notEq,
  notIn,
  notNan,
  notNull,
  or,
  startsWith,
} from './expression.ts'
import { readManifest, readManifestList, snapshotToRead } from './manifest-files.ts'
import { mayHaveRows } from './may-have-rows.ts'
import { planFiles } from './plan-files.ts'
import { projectFilter } from './project-filter.ts'
import { manifestMayMatch } from './prune.ts'

let catalog: MemoryCatalog
const append = async (files: DataFile[]) => {
  await commitWithRetry(catalog, visits, appendFiles({ files }))
}

describe('planFiles', () => {
  beforeEach(async () => {
    catalog = new MemoryCatalog()
    await catalog.createTable(visits, visitsRequest)
    await append([
      visitsFile({ day: 20270, ids: [1n, 10n], path: 'a' }),
      visitsFile({ day: 20270, ids: [9007199254740993n, 9007199254740995n], path: 'b' }),
    ])
    await append([visitsFile({ day: 20271, ids: [11n, 20n], path: 'c' })])
    await append([visitsFile({ day: null, ids: [21n, 30n], path: 'd' })])
  })
  const plan = async (filter?: Expression, snapshotId?: bigint) => {
    const table = await catalog.loadTable(visits)
    const options = { ...(filter ? { filter } : {}), ...(snapshotId === undefined ? {} : { snapshotId }) }
    return (await planFiles(table, options)).map(({ file }) => file.filePath).sort()
  }

  it.each<[string, Expression | undefined, string[]]>([
    ['no filter', undefined, ['a', 'b', 'c', 'd']],
    ['a partition', eq('day', '2025-07-01'), ['a', 'b']],
    ['not a partition, nulls may match', not(eq('day', '2025-07-01')), ['c', 'd']],
    ['null', isNull('day'), ['d']],
    ['not null', notNull('day'), ['a', 'b', 'c']],
    ['a range of partitions', gt('day', '2025-07-01'), ['c']],
    ['several partitions', isIn('day', ['2025-07-02', '2030-01-01']), ['c']],
    ['bounds', eq('id', 12), ['c']],
    ['bounds beyond 2^53', eq('id', 9007199254740994n), ['b']],
    ['bounds beyond 2^53, off by one', gt('id', 9007199254740995n), []],
    ['partition and bounds', and(eq('day', '2025-07-01'), lt('id', 5)), ['a']],
    ['partition or bounds', or(eq('day', '2025-07-02'), gtEq('id', 9007199254740993n)), ['b', 'c']],
    ['no nulls in a column', isNull('id'), []],
    ['up to a bound', ltEq('id', 10), ['a']],
    ['all but some partitions', notIn('day', ['2025-07-01', '2025-07-02']), ['d']],
    ['NaN in a column that has none', isNan('id'), []],
    ['no NaN', and(notNan('id'), eq('id', 12)), ['c']],
    ['a column without statistics', eq('page', '/'), ['a', 'b', 'c', 'd']],
  ])('prunes by %s', async (_, filter, files) => expect(await plan(filter)).toEqual(files))

  it('reads only the manifests whose summaries may match, and bounds only where needed', async () => {
    const before = catalog.io.reads
    await plan(eq('day', '2025-07-02'))
    // The manifest list and one of three manifests.
    expect(catalog.io.reads - before).toBe(2)
    const table = await catalog.loadTable(visits)
    const [task] = await planFiles(table, { filter: eq('day', '2025-07-02') })
    expect(task?.file.lowerBounds).toBeUndefined()
  })

  it('reads older snapshots', async () => {
    const { metadata } = await catalog.loadTable(visits)
    expect(await plan(undefined, metadata.snapshots[0]?.snapshotId)).toEqual(['a', 'b'])
    await expect(plan(undefined, 1n)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('says what is wrong with a filter', async () => {
    await expect(plan(eq('nope', 1))).rejects.toThrow(
      /column "nope", which the table does not have.*id, page/,
    )
    await expect(plan(eq('day', 'yesterday'))).rejects.toThrow(/expected a date such as/)
    await expect(plan(eq('id', 1.5))).rejects.toThrow(/expected a value of type long/)
    await expect(plan(startsWith('id', '1'))).rejects.toMatchObject({ code: 'bad-input' })
  })
})

/** One column per test, partitioned by one transform of it: whatever the rows, pruning never loses a match. */
const columns: { type: PrimitiveType; value: fc.Arbitrary<PrimitiveValue>; transforms: Transform[] }[] = [
  {
    type: 'int',
    value: fc.integer({ min: -40, max: 40 }),
    transforms: ['identity', 'bucket[3]', 'truncate[7]', 'void'],
  },
  {
    type: 'long',
    value: fc.bigInt({ min: 2n ** 53n - 20n, max: 2n ** 53n + 20n }),
    transforms: ['identity', 'bucket[3]', 'truncate[7]'],
  },
  {
    type: 'date',
    value: fc.integer({ min: -800, max: 800 }),
    transforms: ['year', 'month', 'day', 'bucket[3]'],
  },
  {
    type: 'timestamptz',
    value: fc.bigInt({ min: -200_000_000_000n, max: 200_000_000_000n }),
    transforms: ['year', 'month', 'day', 'hour', 'identity'],
  },
  {
    type: 'string',
    // Long common prefixes, so that bounds are cut, and characters whose UTF-16 order differs from UTF-8.
    value: fc
      .tuple(
        fc.constantFrom('', 'https://recipes.example/'),
        fc.constantFrom('a', '눈', '\ue000', '😀', 'zz'),
      )
      .map((parts) => parts.join('')),
    transforms: ['identity', 'bucket[3]', 'truncate[2]', 'truncate[30]'],
  },
  {
    type: 'double',
    value: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(Number.NaN, 0.5, -0.5)),
    transforms: ['identity', 'void'],
  },
]

const isNotANumber = (value: PartitionValue): boolean => typeof value === 'number' && Number.isNaN(value)

/** What an engine answers for a row, the most inclusive one where engines differ: `not-eq` holds for null. */
function holds(filter: Expression, row: PartitionValue): boolean {
  switch (filter.op) {
    case 'and':
      return filter.operands.every((operand) => holds(operand, row))
    case 'or':
      return filter.operands.some((operand) => holds(operand, row))
    case 'is-null':
      return row === null
    case 'not-null':
      return row !== null
    case 'starts-with':
      return typeof row === 'string' && row.startsWith(filter.value)
    case 'in':
      return (
        row !== null &&
        !isNotANumber(row) &&
        filter.values.some((value) => compareValues(row, value as PrimitiveValue) === 0)
      )
    case 'eq':
    case 'not-eq':
    case 'lt':
    case 'lt-eq':
    case 'gt':
    case 'gt-eq': {
      if (row === null) return filter.op === 'not-eq'
      // NaN is after all numbers.
      const order = isNotANumber(row) ? 1 : compareValues(row, filter.value as PrimitiveValue)
      const outcomes: Record<ComparisonOperator, boolean> = {
        eq: order === 0,
        'not-eq': order !== 0,
        lt: order < 0,
        'lt-eq': order <= 0,
        gt: order > 0,
        'gt-eq': order >= 0,
      }
      return outcomes[filter.op]
    }
    default:
      throw new Error(`not in this test: ${filter.op}`)
  }
}

function filterOf(type: PrimitiveType, value: fc.Arbitrary<PrimitiveValue>): fc.Arbitrary<Expression> {
  const literal = value.filter((one) => !isNotANumber(one))
  const op = fc.constantFrom<ComparisonOperator>('eq', 'not-eq', 'lt', 'lt-eq', 'gt', 'gt-eq')
  const predicate = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(op, literal).map(([o, v]): Expression => ({ op: o, column: 'x', value: v })),
    },
    {
      weight: 1,
      arbitrary: fc.array(literal, { minLength: 1, maxLength: 3 }).map((values) => isIn('x', values)),
    },
    { weight: 1, arbitrary: fc.constantFrom(isNull('x'), notNull('x')) },
    ...(type === 'string'
      ? [{ weight: 2, arbitrary: literal.map((text) => startsWith('x', String(text).slice(0, 25))) }]
      : []),
  )
  return fc.oneof(
    predicate,
    fc.tuple(predicate, predicate).map(([a, b]) => and(a, b)),
    fc.tuple(predicate, predicate).map(([a, b]) => or(a, b)),
  )
}

function dataFile(
  type: PrimitiveType,
  rows: PartitionValue[],
  partition: PartitionValue,
  path: string,
): DataFile {
  const values = rows
    .filter((row): row is PrimitiveValue => row !== null && !isNotANumber(row))
    .sort(compareValues)
  const bounds = (value: PrimitiveValue | undefined, side: 'lower' | 'upper') => {
    const bytes = value === undefined ? null : encodeBound(type, value, side)
    return new Map(bytes ? [[1, bytes]] : [])
  }
  return {
    content: 'data',
    filePath: path,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: { p: partition },
    recordCount: BigInt(rows.length),
    fileSizeInBytes: 100n,
    valueCounts: new Map([[1, BigInt(rows.length)]]),
    nullValueCounts: new Map([[1, BigInt(rows.filter((row) => row === null).length)]]),
    lowerBounds: bounds(values[0], 'lower'),
    upperBounds: bounds(values.at(-1), 'upper'),
  }
}

/** What has to be read for a filter, by manifests that are decoded in full. */
async function mayMatchInFull(table: Table, filter: BoundExpression): Promise<string[]> {
  const { metadata } = table
  const snapshot = snapshotToRead(table, undefined)
  const fields = typedPartitionFields(defaultSpec(metadata), metadata.schemas)
  const mayHave = mayHaveRows(metadata, filter)
  const paths: string[] = []
  for (const manifest of snapshot ? await readManifestList(table, snapshot) : []) {
    if (!manifestMayMatch(manifest, fields, projectFilter(filter, fields))) continue
    for (const { file } of await readManifest(table, manifest, 'all'))
      if (mayHave(file)) paths.push(file.filePath)
  }
  return paths
}

describe('pruning never loses a row, and reads as much out of a part of each entry as out of the whole', () => {
  const cases = columns.flatMap(({ type, value, transforms }) =>
    transforms.map((transform) => ({ type, value, transform })),
  )

  it.each(cases)('$type by $transform', async ({ type, value, transform }) => {
    const schema: Schema = { schemaId: 0, fields: [{ id: 1, name: 'x', required: false, type }] }
    const partitionSpec: PartitionSpec = {
      specId: 0,
      fields: [{ sourceId: 1, fieldId: 1000, name: 'p', transform }],
    }
    const apply = transformFunction(transform, type)
    const row = fc.option(value, { freq: 8 })
    const batches = fc.array(fc.array(row, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 })
    const property = fc.asyncProperty(
      batches,
      fc.array(filterOf(type, value), { minLength: 1, maxLength: 6 }),
      async (commits, filters) => {
        const one = new MemoryCatalog()
        await one.createTable(visits, { schema, partitionSpec })
        const rowsOf = new Map<string, PartitionValue[]>()
        for (const [number, rows] of commits.entries()) {
          const groups = Map.groupBy(rows, (each) => String(apply(each)))
          const files = [...groups.values()].map((group, index) => {
            const path = `${number}-${index}`
            rowsOf.set(path, group)
            return dataFile(type, group, apply(group[0] ?? null), path)
          })
          await commitWithRetry(one, visits, appendFiles({ files }))
        }
        const table: Table = await one.loadTable(visits)
        for (const filter of filters) {
          const expected = await mayMatchInFull(table, bind(filter, schema))
          const planned = new Set((await planFiles(table, { filter })).map(({ file }) => file.filePath))
          expect([...planned].sort()).toEqual(expected.sort())
          for (const [path, rows] of rowsOf) {
            if (rows.some((each) => holds(filter, each))) expect(planned).toContain(path)
          }
        }
      },
    )
    await fc.assert(property, { numRuns: 25 })
  })
})

it('treats a negated filter as its opposite', async () => {
  const one = new MemoryCatalog()
  await one.createTable(visits, visitsRequest)
  await commitWithRetry(
    one,
    visits,
    appendFiles({ files: [visitsFile({ day: 5, ids: [1n, 9n], path: 'a' })] }),
  )
  const table = await one.loadTable(visits)
  const count = async (filter: Expression) => (await planFiles(table, { filter })).length
  expect(await count(not(or(lt('id', 1), notEq('day', 5))))).toBe(1)
  expect(await count(not(gtEq('id', 1)))).toBe(0)
})
