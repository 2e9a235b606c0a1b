import { expect, it } from 'vitest'
import { safeNext, signInAddress } from './sign-in-address.ts'

it('keeps the way back in the address', () => {
  expect(signInAddress('/')).toBe('/sign-in')
  expect(signInAddress('/runs?state=failed')).toBe('/sign-in?next=%2Fruns%3Fstate%3Dfailed')
})

it.each([
  ['/runs?state=failed', '/runs?state=failed'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['/sign-in', '/'],
  [null, '/'],
])('goes from %s to %s', (next, expected) => {
  expect(safeNext(next)).toBe(expected)
})
