import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DataFile } from '../spec/data-file.ts'
import { encodeBound } from '../spec/single-value.ts'
import type { PrimitiveType, PrimitiveValue } from '../spec/types.ts'
import type { Predicate } from './bind.ts'
import { mustMatch } from './must-match.ts'
import { columnRange } from './prune.ts'

/** What SQL says about one value, null being unknown and so not true. */
function holds({ op, values }: Predicate, value: PrimitiveValue | null): boolean {
  if (op === 'is-null') return value === null
  if (value === null) return false
  const nan = Number.isNaN(value)
  const [first] = values as [PrimitiveValue]
  switch (op) {
    case 'not-null':
      return true
    case 'is-nan':
      return nan
    case 'not-nan':
      return !nan
    case 'eq':
      return value === first
    case 'not-eq':
      return value !== first
    case 'in':
      return values.includes(value)
    case 'not-in':
      return !values.includes(value)
    case 'lt':
      return value < first
    case 'lt-eq':
      return value <= first
    case 'gt':
      return value > first
    case 'gt-eq':
      return value >= first
    case 'starts-with':
      return String(value).startsWith(String(first))
    case 'not-starts-with':
      return !String(value).startsWith(String(first))
  }
}

/** A file of one column with these values and its counts and bounds, strings cut to 16 characters as writers do. */
function fileOf(type: PrimitiveType, values: (PrimitiveValue | null)[]): DataFile {
  const ordered = values
    .filter((value) => value !== null)
    .filter((value) => !Number.isNaN(value))
    .sort((x, y) => (x < y ? -1 : 1))
  const [lowest, highest] = [ordered[0], ordered.at(-1)]
  const lower = lowest === undefined ? null : encodeBound(type, lowest, 'lower')
  const upper = highest === undefined ? null : encodeBound(type, highest, 'upper')
  const count = (test: (value: PrimitiveValue | null) => boolean) => BigInt(values.filter(test).length)
  return {
    content: 'data',
    filePath: 'f',
    fileFormat: 'PARQUET',
    specId: 0,
    partition: {},
    recordCount: BigInt(values.length),
    fileSizeInBytes: 1n,
    valueCounts: new Map([[1, BigInt(values.length)]]),
    nullValueCounts: new Map([[1, count((value) => value === null)]]),
    nanValueCounts: new Map([[1, count((value) => Number.isNaN(value))]]),
    lowerBounds: new Map(lower ? [[1, lower]] : []),
    upperBounds: new Map(upper ? [[1, upper]] : []),
  }
}

const everyOp: Predicate['op'][] = [
  'eq',
  'not-eq',
  'lt',
  'lt-eq',
  'gt',
  'gt-eq',
  'in',
  'not-in',
  'is-null',
  'not-null',
]
const cases: [PrimitiveType, fc.Arbitrary<PrimitiveValue>, Predicate['op'][]][] = [
  ['int', fc.integer({ min: -3, max: 3 }), everyOp],
  ['double', fc.constantFrom(-1.5, 0, 1.5, Number.NaN), [...everyOp, 'is-nan', 'not-nan']],
  [
    'string',
    fc.constantFrom('', 'a', 'ab', 'b', 'a long text beyond the bound', 'a long text beyond'),
    [...everyOp, 'starts-with', 'not-starts-with'],
  ],
]

describe('mustMatch', () => {
  it.each(cases)('is never true for a file with a %s that does not fulfil the filter', (type, value, ops) => {
    let certain = 0
    fc.assert(
      fc.property(
        fc.array(fc.option(value, { freq: 5 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...ops),
        fc.array(value, { minLength: 1, maxLength: 2 }),
        (values, op, literals) => {
          // A comparison with NaN is left to the engine.
          const comparable = literals.filter((literal) => !Number.isNaN(literal))
          const several = op === 'in' || op === 'not-in'
          const operands = comparable.length > 0 ? comparable : [0]
          const predicate: Predicate = {
            op,
            fieldId: 1,
            type,
            values: several ? operands : operands.slice(0, 1),
          }
          if (!mustMatch(predicate, columnRange(fileOf(type, values), 1, type))) return
          certain += 1
          for (const one of values) expect(holds(predicate, one)).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
    expect(certain).toBeGreaterThan(50)
  })
})
