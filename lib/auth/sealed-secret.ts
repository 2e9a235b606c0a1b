import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'

/**
 * Secrets that Firn has to use again (other catalogs' tokens) are kept sealed: AES-256-GCM under a key derived from
 * SECRETS_KEY, bound to the row they belong to, so that a sealed text copied into another row does not open.
 */

const version = 'v1'
const ivBytes = 12
const tagBytes = 16

const derivedKey = (): Buffer =>
  Buffer.from(hkdfSync('sha256', env().SECRETS_KEY, '', `firn sealed secret ${version}`, 32))

/** Seals a secret for the row with the id `owner`. */
export function sealSecret(secret: string, owner: string): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', derivedKey(), iv).setAAD(Buffer.from(owner))
  const sealed = Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${version}.${sealed.toString('base64url')}`
}

/** @throws AppError `unavailable` when it was sealed under another SECRETS_KEY or for another row */
export function openSecret(sealed: string, owner: string): string {
  try {
    const [found, text = ''] = sealed.split('.')
    if (found !== version) throw new Error(`a seal of version ${found}`)
    const bytes = Buffer.from(text, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', derivedKey(), bytes.subarray(0, ivBytes))
      .setAAD(Buffer.from(owner))
      .setAuthTag(bytes.subarray(-tagBytes))
    return decipher.update(bytes.subarray(ivBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'A stored secret cannot be opened: it was sealed under another SECRETS_KEY. Set the SECRETS_KEY it was sealed with, or enter the secret again.',
      { cause },
    )
  }
}
