import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { env } from '#lib/env.ts'

/**
 * Short-lived bearer tokens that stand for an API token: its id and an end, signed with a key of their own that is made of
 * AUTH_SECRET. Nothing is stored; the API token is looked up on use, so that revoking it ends these, too.
 */

/** Other than an API token's, and without a dot: some clients take three parts with dots for a JWT and decode it. */
const accessTokenPrefix = 'firna_'
const idBytes = 16
const timeBytes = 6
const macBytes = 32

export interface AccessTokenClaims {
  /** id of the API token it stands for */
  tokenId: string
  /** milliseconds since the epoch */
  expiresAt: number
}

const signatureOf = (claims: Uint8Array): Buffer => {
  const key = hkdfSync('sha256', env().AUTH_SECRET, '', 'firn access token', 32)
  return createHmac('sha256', Buffer.from(key)).update(claims).digest()
}

/** Makes an access token. */
export function signAccessToken({ tokenId, expiresAt }: AccessTokenClaims): string {
  const claims = Buffer.alloc(idBytes + timeBytes)
  claims.write(tokenId.replaceAll('-', ''), 'hex')
  claims.writeUIntBE(expiresAt, idBytes, timeBytes)
  return accessTokenPrefix + Buffer.concat([claims, signatureOf(claims)]).toString('base64url')
}

/** What an access token says, also when it has ended; null when it is not one of ours. */
export function readAccessToken(token: string): AccessTokenClaims | null {
  if (!token.startsWith(accessTokenPrefix)) return null
  const bytes = Buffer.from(token.slice(accessTokenPrefix.length), 'base64url')
  if (bytes.length !== idBytes + timeBytes + macBytes) return null
  const claims = bytes.subarray(0, idBytes + timeBytes)
  if (!timingSafeEqual(bytes.subarray(claims.length), signatureOf(claims))) return null
  const hex = claims.toString('hex', 0, idBytes)
  return {
    tokenId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    expiresAt: claims.readUIntBE(idBytes, timeBytes),
  }
}
