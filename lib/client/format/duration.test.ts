import { expect, test } from 'vitest'
import { formatDuration } from './duration.ts'

test.each([
  [38, '38 ms', '38 ms'],
  [4_290, '4.2 s', '4.2초'],
  [11_000, '11 s', '11초'],
  [72_000, '1 m 12 s', '1분 12초'],
  [3_600_000, '1 h', '1시간'],
  [90_061_000, '1 d 1 h', '1일 1시간'],
  [-1, '0 ms', '0 ms'],
])('%i milliseconds', (value, en, ko) => {
  expect(formatDuration(value, 'en')).toBe(en)
  expect(formatDuration(value, 'ko')).toBe(ko)
})
