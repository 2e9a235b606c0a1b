import { createHash } from 'node:crypto'
import { encodeJson } from './json.ts'

interface Encoded {
  text: Uint8Array<ArrayBuffer>
  etag: string
}

/** By the answer itself: an answer that is dropped from its cache takes its encoding along. */
const encoded = new WeakMap<object, Encoded>()

function encode(answer: object): Encoded {
  const known = encoded.get(answer)
  if (known) return known
  const text = new TextEncoder().encode(encodeJson(answer))
  const made = { text, etag: `"${createHash('sha1').update(text).digest('base64url')}"` }
  encoded.set(answer, made)
  return made
}

const etagsOf = (value: string | null): string[] =>
  (value ?? '').split(',').map((part) => part.trim().replace(/^W\//, ''))

/**
 * JSON of an answer that many requests share (it comes out of a cache and never changes): encoded once, and not sent
 * again to a client that has it (`If-None-Match` → 304). Compressing is left to Next, which drops any content-encoding of
 * ours.
 */
export function sharedJson(request: Request, answer: object): Response {
  const { text, etag } = encode(answer)
  const headers = { 'cache-control': 'private, no-cache', etag }
  if (etagsOf(request.headers.get('if-none-match')).includes(etag)) {
    return new Response(null, { status: 304, headers })
  }
  return new Response(text, { headers: { ...headers, 'content-type': 'application/json; charset=utf-8' } })
}
