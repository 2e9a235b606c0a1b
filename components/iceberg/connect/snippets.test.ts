import { describe, expect, it } from 'vitest'
import { engines, snippetsOf } from './snippets.ts'

const uri = 'https://firn.example.com/iceberg'
const textOf = (engine: (typeof engines)[number], table?: { levels: string[]; name: string }) =>
  snippetsOf(engine, { uri, catalog: 'firn', table })
    .map(({ code }) => code)
    .join('\n')

describe.each(engines)('the snippet for %s', (engine) => {
  // dbt's Trino profile names a Trino server, which in turn has the address.
  it("has this server's address and the warehouse, and a place for a token instead of one", () => {
    const text = textOf(engine)
    expect(text).toContain(uri)
    expect(text).toContain('firn')
    expect(text).toMatch(/firn_…|env_var\('FIRN_TOKEN'\)/)
    expect(text).not.toMatch(/firn_[A-Za-z0-9]{8}/)
  })

  it('reads the table it was asked for', () => {
    expect(textOf(engine, { levels: ['shop'], name: 'orders' })).toMatch(/shop"?\.orders|"shop", "orders"/)
  })
})

it.each([
  ['spark', 'FROM firn.shop.`daily sales`.`Order`'],
  ['trino', 'FROM firn."shop.daily sales"."Order"'],
  ['flink', 'FROM firn.`daily sales`.`Order`'],
  ['flink', "'base-namespace' = 'shop'"],
  ['pyiceberg', 'load_table(("shop", "daily sales", "Order"))'],
] as const)('%s quotes what needs it', (engine, expected) => {
  expect(textOf(engine, { levels: ['shop', 'daily sales'], name: 'Order' })).toContain(expected)
})
