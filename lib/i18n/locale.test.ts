import { expect, it } from 'vitest'
import { localeFromHeader } from './locale.ts'

it.each([
  ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
  ['en-US,en;q=0.9,ko;q=0.8', 'en'],
  ['fr-FR,fr;q=0.9,ko;q=0.5,en;q=0.4', 'ko'],
  ['ko;q=0,en;q=0.1', 'en'],
  ['ja', 'en'],
  [null, 'en'],
])('Accept-Language %s gives %s', (header, locale) => {
  expect(localeFromHeader(header)).toBe(locale)
})
