import { expect, it } from 'vitest'
import { readAccessToken, signAccessToken } from './access-token.ts'

const claims = { tokenId: '01939c1e-7f00-7abc-8def-0123456789ab', expiresAt: 1_800_000_000_123 }

it('says whom it stands for and until when', () => {
  const token = signAccessToken(claims)
  expect(token).toMatch(/^firna_[\w-]{72}$/)
  expect(readAccessToken(token)).toEqual(claims)
})

it('cannot be made longer, for another token, or cut', () => {
  const token = signAccessToken(claims)
  const bytes = Buffer.from(token.slice('firna_'.length), 'base64url')
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(readAccessToken(`firna_${changed.toString('base64url')}`)).toBeNull()
  }
  for (const text of ['', 'firna_', 'firn_abc', token.slice(0, -2), `${token}AA`, token.slice(1)]) {
    expect(readAccessToken(text)).toBeNull()
  }
})
