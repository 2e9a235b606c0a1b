import { expect, it } from 'vitest'
import { countedTimes } from './event-time-bounds.ts'

it('counts what clocks mean, from 1970 to 2099', () => {
  const [first, last] = [Date.parse('2025-07-01'), Date.parse('2025-07-02')]
  expect(countedTimes({ first, last })).toEqual({ first, last })
  expect(countedTimes({ first: Date.parse('0001-01-01'), last })).toEqual({ first: 0, last })
  const end = Date.parse('9999-12-31')
  expect(countedTimes({ first, last: end })).toEqual({ first, last: Date.parse('2100-01-01') - 1 })
  expect(countedTimes({ first: end, last: end })).toBeNull()
})
