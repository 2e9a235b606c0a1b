import { describe, expect, it } from 'vitest'
import { comparedText, compareHref, parseCompared } from './compared-states.ts'

describe('two states in an address', () => {
  it.each([
    { from: { snapshot: '9007199254740993' }, to: { ref: 'main' } },
    { from: { ref: 'audit/2025' }, to: { snapshot: '1' } },
    { from: { ref: 'a..b' }, to: { ref: '123' } },
  ])('come back as they were: %j', (states) => {
    expect(parseCompared(comparedText(states))).toEqual(states)
  })

  it('are none where the address has something else', () => {
    for (const text of [null, '', '1', '..', '1..', '..2']) expect(parseCompared(text)).toBeNull()
  })

  it('lead to the page', () => {
    const path = { catalog: 'firn', namespace: 'a', table: 'b' }
    expect(compareHref(path, { from: { snapshot: '1' }, to: { ref: 'x&y' } })).toBe(
      '/catalogs/firn/a/b?tab=snapshots&compare=1..ref%3Ax%26y',
    )
  })
})
