import { expect, it } from 'vitest'
import { openSecret, sealSecret } from './sealed-secret.ts'

it('opens for its own row only, and never looks the same twice', () => {
  const sealed = sealSecret('비밀 token', 'row-1')
  expect(sealed).not.toContain('token')
  expect(sealSecret('비밀 token', 'row-1')).not.toBe(sealed)
  expect(openSecret(sealed, 'row-1')).toBe('비밀 token')
  expect(() => openSecret(sealed, 'row-2')).toThrow(/SECRETS_KEY/)
})

it('does not open when a byte has changed', () => {
  const sealed = sealSecret('token', 'row')
  const bytes = Buffer.from(sealed.split('.')[1] ?? '', 'base64url')
  bytes[13] = (bytes[13] ?? 0) ^ 1
  expect(() => openSecret(`v1.${bytes.toString('base64url')}`, 'row')).toThrow(/cannot be opened/)
  for (const broken of ['', 'v1.', 'v2.AAAA'])
    expect(() => openSecret(broken, 'row')).toThrow(/cannot be opened/)
})
