import { describe, expect, it } from 'vitest'
import {
  fullName,
  namespaceLevels,
  namespaceText,
  partitionFilter,
  tableApi,
  tableHref,
} from '#components/iceberg/table-path.ts'
import { parseFilter } from '#lib/catalogs/parse-filter.ts'
import { formatNamespace } from '#lib/catalogs/table-reference.ts'

const path = { catalog: 'firn', namespace: 'shop\u001Fa.b', table: 'orders/2025' }

describe('addresses of a table', () => {
  it('encode what a name may hold', () => {
    expect(tableApi(path)).toBe('/api/v1/catalogs/firn/namespaces/shop%1Fa.b/tables/orders%2F2025')
    expect(tableHref(path, 'files', 'hour:13')).toBe(
      '/catalogs/firn/shop%1Fa.b/orders%2F2025?tab=files&files-filter=hour%3A13',
    )
    expect(tableHref(path, 'overview')).toBe('/catalogs/firn/shop%1Fa.b/orders%2F2025')
    expect(fullName(path)).toBe('firn.shop.a.b.orders/2025')
  })
})

describe("a namespace's segment", () => {
  it.each([[['shop']], [['shop', 'daily']], [['a.b']], [['shop', 'a.b']]])('is read back: %j', (levels) => {
    expect(namespaceLevels(formatNamespace(levels))).toEqual(levels)
    expect(namespaceText(formatNamespace(levels))).toBe(levels.join('.'))
  })
})

describe('partitionFilter', () => {
  it.each([
    [{ year: '2025', hour: '13' }],
    [{ region: 'a "b", c\\d', city: null }],
    [{ at: '2025-07-01T13' }],
  ])('is read back by the API: %j', (partition: Record<string, string | null>) => {
    const { conditions, words } = parseFilter(partitionFilter(partition), Object.keys(partition))
    expect(words).toEqual([])
    expect(Object.fromEntries(conditions.map(({ field, values }) => [field, values]))).toEqual(
      Object.fromEntries(Object.entries(partition).map(([name, value]) => [name, [value ?? 'null']])),
    )
  })
})
