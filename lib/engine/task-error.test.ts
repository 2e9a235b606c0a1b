import { expect, test } from 'vitest'
import { AppError, type ErrorCode } from '../errors.ts'
import { toTaskError } from './task-error.ts'

const options = { threads: 1, memoryLimit: '1200MB', spillDirectory: '/spill' }

test.each<[string, ErrorCode, boolean]>([
  ['INTERRUPT Error: Interrupted!', 'cancelled', false],
  ['Out of Memory Error: failed to allocate data of size 16.0 MiB', 'too-large', false],
  ['IO Error: Could not write file "/spill/x": No space left on device', 'unavailable', true],
  ['ENOSPC: no space left on device, write', 'unavailable', true],
  ["Invalid Input Error: No magic bytes found at end of file 'a.parquet'", 'corrupt', false],
  ['IO Error: No files found that match the pattern "a.parquet"', 'not-found', false],
  ["ENOENT: no such file or directory, open '/a'", 'not-found', false],
  ["EACCES: permission denied, mkdir '/a'", 'unavailable', true],
  ['Binder Error: Referenced column "x" not found', 'internal', false],
])('%s', (message, code, retryable) => {
  expect(toTaskError(new Error(message), options)).toMatchObject({ code, retryable })
})

test('a full disk and too little memory say what to do, our own errors stay as they are', () => {
  expect(toTaskError(new Error('ENOSPC: no space left on device'), options).userMessage).toContain('/spill')
  expect(toTaskError(new Error('Out of Memory Error'), options).userMessage).toContain('ENGINE_MEMORY_LIMIT')
  const own = new AppError('bad-input', 'x')
  expect(toTaskError(own, options)).toBe(own)
})
