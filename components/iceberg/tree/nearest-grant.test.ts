import { describe, expect, it } from 'vitest'
import { grantsAllowChange } from './nearest-grant.ts'

const grants = [
  { namespace: ['a'], table: null, mayChange: false },
  { namespace: ['a'], table: 't', mayChange: true },
  { namespace: ['a', 'b'], table: null, mayChange: true },
  { namespace: ['c'], table: 'r', mayChange: false },
  { namespace: [], table: 'id-of-dropped', mayChange: true },
]

describe('the nearest grant decides', () => {
  it.each([
    { levels: [], expected: true },
    { levels: ['a'], expected: false },
    { levels: ['a'], table: 'u', expected: false },
    { levels: ['a'], table: 't', expected: true },
    { levels: ['a', 'b'], table: 'u', expected: true },
    { levels: ['a', 'x', 'y'], table: 'u', expected: false },
    { levels: ['c'], expected: true },
    { levels: ['c'], table: 'r', expected: false },
    { levels: ['d'], table: 't', expected: true },
    { levels: ['a'], dropped: 'id-of-dropped', expected: true },
    { levels: ['a'], dropped: 'another', expected: false },
  ])('$levels $table $dropped: $expected', ({ expected, ...place }) => {
    expect(grantsAllowChange(grants, place)).toBe(expected)
  })
})
