import { describe, expect, it } from 'vitest'
import { formatNamespace, parseNamespace } from './table-reference.ts'

describe('namespace in a URL', () => {
  it.each([
    [['recipe_analytics'], 'recipe_analytics'],
    [['shop', 'orders'], 'shop.orders'],
    [['a.b', 'c'], 'a.b\u001Fc'],
    [['a.b'], 'a.b\u001F'],
  ])('%j ↔ %j', (levels, text) => {
    expect(formatNamespace(levels)).toBe(text)
    expect(parseNamespace(text)).toEqual(levels)
  })

  it('reads the REST separator where dots would do', () => {
    expect(parseNamespace('shop\u001Forders')).toEqual(['shop', 'orders'])
  })

  it.each(['', '.', 'a..b', 'a.'])('refuses %j', (text) => {
    expect(() => parseNamespace(text)).toThrowError(/empty level/)
  })
})
