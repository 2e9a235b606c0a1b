import { describe, expect, it } from 'vitest'
import type { GrantItem } from '#lib/api/grants.ts'
import { isLastOn, thingOf } from './grant-thing.ts'

const grant = (id: string, namespace: string, table: string | null = null): GrantItem => ({
  id,
  subject: { type: 'user', id: 'u', name: 'Ann' },
  namespace,
  table,
  privilege: 'read',
  createdBy: 'Eve',
  createdAt: '2026-01-01T00:00:00.000Z',
})

describe('grants', () => {
  it('are named by what they are on', () => {
    expect(thingOf(grant('1', 'shop'))).toBe('shop')
    expect(thingOf(grant('1', 'shop\u001Fa.b', 'orders'))).toBe('shop.a.b.orders')
  })

  it('are the last on their thing when no other is on exactly that', () => {
    const all = [grant('1', 'shop'), grant('2', 'shop'), grant('3', 'shop', 'orders'), grant('4', 'ads')]
    expect(all.map((one) => isLastOn(one, all))).toEqual([false, false, true, true])
  })
})
