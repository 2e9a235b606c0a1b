import { describe, expect, it } from 'vitest'
import type { Transform } from './partition-spec.ts'
import type { PartitionValue } from './partition-value.ts'
import {
  bucketHash,
  formatPartitionValue,
  parseTransform,
  transformFunction,
  transformResultType,
} from './transform.ts'
import type { PrimitiveType } from './types.ts'

const micros = (text: string): bigint => BigInt(Date.parse(text)) * 1000n

describe('bucket hash, test values of the specification (appendix B)', () => {
  it.each<[PrimitiveType, Exclude<PartitionValue, null>, number]>([
    ['int', 34, 2017239379],
    ['long', 34n, 2017239379],
    ['decimal(9,2)', 1420n, -500754589],
    ['date', Date.parse('2017-11-16') / 86_400_000, -653330422],
    ['time', 81_068_000_000n, -662762989],
    ['timestamp', micros('2017-11-16T22:31:08Z'), -2047944441],
    ['timestamp', micros('2017-11-16T22:31:08Z') + 1n, -1207196810],
    ['timestamptz', micros('2017-11-16T14:31:08-08:00'), -2047944441],
    ['timestamptz', micros('2017-11-16T14:31:08-08:00') + 1n, -1207196810],
    ['string', 'iceberg', 1210000089],
    ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7', 1488055340],
    ['fixed[4]', Buffer.from([0, 1, 2, 3]), -188683207],
    ['binary', Buffer.from([0, 1, 2, 3]), -188683207],
  ])('%s %s', (type, value, hash) => expect(bucketHash(type, value)).toBe(hash))
})

describe('transforms', () => {
  it.each<[Transform, PrimitiveType, PartitionValue, PartitionValue]>([
    ['identity', 'long', 2n ** 60n + 1n, 2n ** 60n + 1n],
    ['void', 'string', 'x', null],
    ['year', 'date', 0, 0],
    ['year', 'date', -1, -1],
    ['year', 'timestamptz', micros('2025-07-01T00:00:00Z'), 55],
    ['month', 'date', -1, -1],
    ['month', 'timestamp', micros('2025-07-31T23:59:59Z'), 666],
    ['day', 'timestamp', -1n, -1],
    ['day', 'date', 20270, 20270],
    ['hour', 'timestamptz', micros('2025-07-01T13:59:59Z'), 486_493],
    ['hour', 'timestamp', -1n, -1],
    ['bucket[16]', 'string', 'iceberg', 1210000089 % 16],
    ['truncate[10]', 'int', -1, -10],
    ['truncate[10]', 'long', 1n, 0n],
    ['truncate[10]', 'long', -(2n ** 62n) - 1n, -4611686018427387910n],
    ['truncate[50]', 'decimal(9,2)', 1065n, 1050n],
    ['truncate[3]', 'string', 'iceberg', 'ice'],
    ['truncate[2]', 'string', '😀😁😂', '😀😁'],
    ['year', 'date', null, null],
  ])('%s of %s %s', (transform, type, value, result) =>
    expect(transformFunction(transform, type)(value)).toEqual(result),
  )

  it('truncates binary by bytes', () => {
    expect(transformFunction('truncate[2]', 'binary')(Buffer.from('abc'))).toEqual(Buffer.from('ab'))
  })

  it('has the result types of the specification', () => {
    expect(transformResultType('day', 'timestamptz')).toBe('date')
    expect(transformResultType('hour', 'timestamp')).toBe('int')
    expect(transformResultType('bucket[4]', 'uuid')).toBe('int')
    expect(transformResultType('truncate[4]', 'decimal(38,10)')).toBe('decimal(38,10)')
    expect(transformResultType('void', 'double')).toBe('double')
  })

  it('refuses source types the specification does not allow', () => {
    expect(() => transformResultType('hour', 'date')).toThrow(/does not take/)
    expect(() => transformResultType('bucket[4]', 'double')).toThrow(/does not take/)
    expect(() => transformResultType('truncate[4]', 'date')).toThrow(/does not take/)
  })

  it('reads names and refuses others', () => {
    expect(parseTransform('bucket[16]')).toBe('bucket[16]')
    expect(() => parseTransform('bucket[0]')).toThrow(/not a partition transform/)
    expect(() => parseTransform('days')).toThrow(/not a partition transform/)
  })

  it('formats partition values as people and paths have them', () => {
    expect(formatPartitionValue('year', 'date', 55)).toBe('2025')
    expect(formatPartitionValue('month', 'date', -1)).toBe('1969-12')
    expect(formatPartitionValue('day', 'timestamptz', 20270)).toBe('2025-07-01')
    expect(formatPartitionValue('hour', 'timestamp', 486_493)).toBe('2025-07-01-13')
    expect(formatPartitionValue('identity', 'decimal(9,2)', -5n)).toBe('-0.05')
    expect(formatPartitionValue('identity', 'timestamptz', -1n)).toBe('1969-12-31T23:59:59.999999+00:00')
    expect(formatPartitionValue('identity', 'string', null)).toBe('null')
  })
})
