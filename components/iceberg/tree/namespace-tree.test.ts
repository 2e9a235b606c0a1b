import { describe, expect, it } from 'vitest'
import { foundNamespaces, type NamespaceNode, namespaceTree } from './namespace-tree.ts'

const namespace = (...levels: string[]) => ({ name: levels.join('.'), levels, tables: 1 })
const shape = (nodes: NamespaceNode[]): unknown =>
  nodes.map(({ label, children }) => (children.length > 0 ? [label, shape(children)] : label))

describe('namespaceTree', () => {
  it('nests by levels, whatever the order', () => {
    expect(
      shape(
        namespaceTree([
          namespace('shop', 'daily'),
          namespace('shop'),
          namespace('ads'),
          namespace('shop', 'x'),
        ]),
      ),
    ).toEqual([['shop', ['daily', 'x']], 'ads'])
  })

  it('puts what has no parent here below the nearest one that is', () => {
    expect(shape(namespaceTree([namespace('a'), namespace('a', 'b', 'c'), namespace('x', 'y')]))).toEqual([
      ['a', ['b.c']],
      'x.y',
    ])
  })

  it('does not take a dot in a level for a border', () => {
    expect(shape(namespaceTree([namespace('a'), namespace('a.b')]))).toEqual(['a', 'a.b'])
  })
})

describe('foundNamespaces', () => {
  const all = [namespace('shop'), namespace('shop', 'daily'), namespace('ads'), namespace('ads', 'raw')]
  const found = (text: string, tables: { namespace: string; name: string }[] = []) =>
    foundNamespaces(all, text, tables).map(({ name }) => name)

  it('keeps what is called so, with all above it', () => {
    expect(found('DAI')).toEqual(['shop', 'shop.daily'])
    expect(found('shop.d')).toEqual(['shop', 'shop.daily'])
    expect(found('nothing')).toEqual([])
  })

  it('keeps what holds a table found', () => {
    expect(found('clicks', [{ namespace: 'ads.raw', name: 'clicks' }])).toEqual(['ads', 'ads.raw'])
  })
})
