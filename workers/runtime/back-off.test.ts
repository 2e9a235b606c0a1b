import { describe, expect, it } from 'vitest'
import { createBackOff } from './back-off.ts'

describe('createBackOff', () => {
  it('doubles the wait of each quick crash, up to 30 s', () => {
    const backOff = createBackOff()
    const waits = Array.from({ length: 9 }, () => backOff.afterExit(100))
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })

  it('starts anew after a healthy minute', () => {
    const backOff = createBackOff()
    for (let crash = 0; crash < 5; crash += 1) backOff.afterExit(100)
    expect(backOff.afterExit(60_000)).toBe(500)
    expect(backOff.afterExit(10)).toBe(1000)
  })
})
