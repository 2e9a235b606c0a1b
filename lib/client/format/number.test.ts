import { expect, test } from 'vitest'
import { formatBytes, formatChosenBytes } from './number.ts'

test.each([
  [134_217_728, '134 MB', '128 MiB'],
  [1_048_576_000_000, '1.05 TB', '1,000,000 MiB'],
  [100_000_000, '100 MB', '100 MB'],
  [0, '0 B', '0 B'],
])('%i bytes as they are measured, and as somebody chose them', (value, measured, chosen) => {
  expect(formatBytes(value, 'en')).toBe(measured)
  expect(formatChosenBytes(value, 'en')).toBe(chosen)
})
