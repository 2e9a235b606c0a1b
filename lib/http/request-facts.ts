import { randomUUID } from 'node:crypto'

const saneRequestId = /^[A-Za-z0-9._-]{8,80}$/

/** The id that a proxy or client gave this request in X-Request-Id when it is a sane one, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given && saneRequestId.test(given) ? given : randomUUID()
}

/** The caller's address as the server in front (or Next itself) wrote it down. */
export const addressOf = (headers: Headers): string | null =>
  headers.get('x-forwarded-for')?.split(',')[0]?.trim().slice(0, 64) || null
