import { describe, expect, it } from 'vitest'
import type { Actor } from '#lib/auth/actor.ts'
import { testActor } from '../../e2e/harness/test-actor.ts'
import { allowsWrite, CatalogAccess, type Grant } from './access.ts'

const person = (id: string, role: Actor['role'] = 'engineer'): Actor => testActor(role, id)
const program = (id: string, userId: string | null = null): Actor => ({
  ...person(id),
  type: 'token',
  userId,
})
const grant = (
  subjectId: string,
  privilege: 'read' | 'write',
  namespace: string[],
  table?: string,
): Grant => ({
  subjectType: 'user',
  subjectId,
  privilege,
  namespace,
  ...(table ? { table } : {}),
})

describe('without grants', () => {
  it('the role decides', () => {
    const access = new CatalogAccess(person('ann'), [])
    expect(access.isOpen).toBe(true)
    expect(access.toTable(['a'], 't')).toBe('open')
    expect(allowsWrite(access.toNamespace(['a']))).toBe(true)
  })
})

describe('a namespace with grants', () => {
  const grants = [grant('ann', 'read', ['a']), grant('bob', 'write', ['a', 'b'])]

  it('is open to those only, with all in it', () => {
    const ann = new CatalogAccess(person('ann'), grants)
    expect(ann.toTable(['a'], 't')).toBe('read')
    expect(ann.toTable(['a', 'c'], 't')).toBe('read')
    expect(allowsWrite(ann.toNamespace(['a']))).toBe(false)
    const eve = new CatalogAccess(person('eve'), grants)
    expect(eve.seesNamespace(['a'])).toBe(false)
    expect(eve.seesTable(['a', 'c'], 't')).toBe(false)
    expect(eve.toTable(['other'], 't')).toBe('open')
  })

  it('below another one is decided by its own', () => {
    const ann = new CatalogAccess(person('ann'), grants)
    expect(ann.seesNamespace(['a', 'b'])).toBe(false)
    const bob = new CatalogAccess(person('bob'), grants)
    expect(bob.toTable(['a', 'b'], 't')).toBe('write')
    // Seen on the way, though nothing else in it is.
    expect(bob.seesNamespace(['a'])).toBe(true)
    expect(bob.toNamespace(['a'])).toBe('none')
    expect(bob.seesTable(['a'], 't')).toBe(false)
  })
})

describe('a table with grants', () => {
  const grants = [grant('ann', 'write', ['a']), grant('bob', 'read', ['a'], 't')]

  it('is open to those only, whoever was granted its namespace', () => {
    const ann = new CatalogAccess(person('ann'), grants)
    expect(ann.seesTable(['a'], 't')).toBe(false)
    expect(ann.toTable(['a'], 'u')).toBe('write')
    const bob = new CatalogAccess(person('bob'), grants)
    expect(bob.toTable(['a'], 't')).toBe('read')
    expect(bob.seesTable(['a'], 'u')).toBe(false)
  })
})

it('tells what its actor sees of that which has grants, and nothing of the rest', () => {
  const grants = [
    grant('ann', 'read', ['a']),
    grant('ann', 'write', ['a'], 't'),
    grant('bob', 'write', ['a'], 'secret'),
    grant('bob', 'write', ['b']),
    grant('ann', 'write', ['b', 'c']),
  ]
  expect(new CatalogAccess(person('ann'), grants).decided()).toEqual([
    { namespace: ['a'], table: null, mayChange: false },
    { namespace: ['a'], table: 't', mayChange: true },
    // Only on the way to `b.c`.
    { namespace: ['b'], table: null, mayChange: false },
    { namespace: ['b', 'c'], table: null, mayChange: true },
  ])
  expect(new CatalogAccess(person('root', 'admin'), grants).decided()).toEqual([])
})

it('closes nothing to an admin, and counts a person for their tokens', () => {
  const grants = [grant('ann', 'write', ['a']), { ...grant('ci', 'read', ['b']), subjectType: 'token' }]
  expect(new CatalogAccess(person('root', 'admin'), grants).isOpen).toBe(true)
  expect(new CatalogAccess(program('x', 'ann'), grants).toNamespace(['a'])).toBe('write')
  expect(new CatalogAccess(program('ci'), grants).toNamespace(['b'])).toBe('read')
  // A person who happens to have the id of a token is not that token.
  expect(new CatalogAccess(person('ci'), grants).toNamespace(['b'])).toBe('none')
})

it('takes the higher of a read and a write that both reach somebody', () => {
  const token = { ...grant('ci', 'read', ['a']), subjectType: 'token' }
  for (const grants of [
    [token, grant('ann', 'write', ['a'])],
    [grant('ann', 'write', ['a']), token],
  ]) {
    expect(new CatalogAccess(program('ci', 'ann'), grants).toNamespace(['a'])).toBe('write')
  }
})
