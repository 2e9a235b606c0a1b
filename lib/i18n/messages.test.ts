import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { locales } from './locale.ts'

const root = path.resolve(import.meta.dirname, '../../messages')

/** Every key with the names of its arguments: `table.rows {count}`. */
function keysOf(value: unknown, prefix = ''): string[] {
  if (typeof value === 'string') {
    const names = new Set([...value.matchAll(/\{\s*([A-Za-z]\w*)\s*[,}]/g)].map((match) => match[1]))
    const tags = new Set([...value.matchAll(/<([a-z]\w*)>/g)].map((match) => match[1]))
    return [`${prefix} {${[...names].sort().join(',')}} <${[...tags].sort().join(',')}>`]
  }
  if (typeof value !== 'object' || value === null) return [`${prefix}: not a text`]
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, prefix ? `${prefix}.${key}` : key))
}

const areas = (locale: string): string[] => readdirSync(path.join(root, locale)).sort()
const read = (locale: string, area: string): unknown =>
  JSON.parse(readFileSync(path.join(root, locale, area), 'utf8'))

describe('messages', () => {
  it('has the same areas in every language', () => {
    for (const locale of locales) expect(areas(locale), locale).toEqual(areas('en'))
  })

  it.each(areas('en'))('%s has the same keys and arguments in every language', (area) => {
    const expected = keysOf(read('en', area)).sort()
    for (const locale of locales) expect(keysOf(read(locale, area)).sort(), locale).toEqual(expected)
  })
})
