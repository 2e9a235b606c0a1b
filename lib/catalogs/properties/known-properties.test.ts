import { expect, it } from 'vitest'
import { unmetExpectation } from '#lib/iceberg/actions/property-rules.ts'
import { policyProperties } from '#lib/maintenance/policy/table-properties.ts'
import { knownProperties } from './known-properties.ts'

const keys = knownProperties.map(({ key }) => key)

it('describes each property once, in both languages', () => {
  expect(new Set(keys).size).toBe(keys.length)
  for (const { key, text } of knownProperties) {
    expect(text.en, key).toMatch(/\.$/)
    expect(text.ko, key).toMatch(/[가-힣].*\.$/)
  }
})

it('knows every property that Firn maintains tables by', () => {
  const acted = Object.keys(policyProperties)
  expect(keys).toEqual(expect.arrayContaining(acted))
  for (const key of acted) expect(knownProperties.find((one) => one.key === key)?.rule, key).not.toBeNull()
})

it('takes its own defaults', () => {
  for (const { key, default: otherwise, rule } of knownProperties) {
    if (otherwise !== null && rule) expect(unmetExpectation(rule, otherwise), key).toBeNull()
  }
})
