import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { databaseFailure } from '#lib/http/database-failure.ts'
import { catalogProblem } from '#lib/iceberg/catalog/problem.ts'
import { stringifyJson } from '#lib/json.ts'
import { errorResponse } from './error-response.ts'

/**
 * `Idempotency-Key`: a client that lost an answer sends the same request with the same key again, and gets that answer
 * instead of a second change. The key's row is there before the change begins; it gets the answer once that is final.
 */

/** What `/v1/config` declares: for so long a key may be used again. */
export const idempotencyKeyLifetime = 'PT30M'
const lifetimeMs = 30 * 60_000
/** Rows stay a little longer than is declared, for clocks that differ. */
const graceMs = 5 * 60_000
/** Longer than any change takes; after it the process that answered is taken for dead. */
const leaseMs = 2 * 60_000
/** A repeated request waits this long for the first one's answer before it is told to come back. */
const waitMs = 10_000
const pollMs = 100

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** Answers that would be the same however often it is tried. Sign-in, limits and our own failures are not. */
const isFinal = (status: number): boolean =>
  status < 500 && ![401, 403, 408, 419, 429].includes(status) && status !== 304

/** Headers of an answer that belong to it and not to the request it was given to. */
const keptHeaders = ['content-type', 'etag', 'cache-control'] as const

const zip = promisify(gzip)
const unzip = promisify(gunzip)

export interface KeyedRequest {
  db: Database
  /** the header's value */
  key: string
  actor: Actor
  method: string
  /** path and query */
  address: string
  payload: unknown
  requestId: string
}

/**
 * Answers a request once: by `change` when the key is new, else with the first answer.
 * @throws AppError `bad-input` for a key that is no UUIDv7 or was another request's, `conflict` while the first request
 *   is still being answered; whatever `change` throws
 */
export async function answerOnce(request: KeyedRequest, change: () => Promise<Response>): Promise<Response> {
  const { db, key, requestId } = request
  if (!uuidV7.test(key)) {
    throw new AppError('bad-input', 'The header Idempotency-Key has to be a UUID of version 7 (RFC 9562).')
  }
  const fingerprint = fingerprintOf(request)
  await db.idempotentRequest.deleteMany({
    where: { createdAt: { lt: new Date(Date.now() - lifetimeMs - graceMs) } },
  })
  const lease = await takeKey(db, key, fingerprint)
  if (lease instanceof Response) return lease
  let answer: Response
  try {
    answer = await change()
  } catch (thrown) {
    await keep(db, key, lease, errorResponse(databaseFailure(thrown) ?? thrown, requestId))
    throw thrown
  }
  return keep(db, key, lease, answer)
}

function fingerprintOf({ actor, method, address, payload }: KeyedRequest): string {
  const text = stringifyJson([actor.type, actor.id, method, address, payload ?? null])
  return createHash('sha256').update(text).digest('hex')
}

/** The answer that is there already, or the lease of whoever is to answer. */
async function takeKey(db: Database, key: string, fingerprint: string): Promise<Response | Date> {
  const givingUp = Date.now() + waitMs
  for (;;) {
    const leaseUntil = new Date(Date.now() + leaseMs)
    const { count } = await db.idempotentRequest.createMany({
      data: { key, fingerprint, leaseUntil },
      skipDuplicates: true,
    })
    if (count === 1) return leaseUntil
    const row = await db.idempotentRequest.findUnique({ where: { key } })
    if (row && row.fingerprint !== fingerprint) {
      throw catalogProblem(
        'bad-input',
        'reused-key',
        `The Idempotency-Key ${key} was used for another request. Expected a new key for each request.`,
      )
    }
    if (row && row.status !== null) {
      const body = row.body && (await unzip(row.body))
      return new Response(body && new Uint8Array(body), {
        status: row.status,
        headers: { ...(row.headers as Record<string, string>), 'idempotency-replayed': 'true' },
      })
    }
    if (row && row.leaseUntil.getTime() <= Date.now()) {
      const taken = await db.idempotentRequest.updateMany({
        where: { key, status: null, leaseUntil: row.leaseUntil },
        data: { leaseUntil },
      })
      if (taken.count === 1) return leaseUntil
    }
    if (Date.now() > givingUp) {
      throw new AppError(
        'conflict',
        `The request with the Idempotency-Key ${key} is still being answered. Send it again with the same key in a few seconds.`,
        { retryable: true },
      )
    }
    await delay(pollMs)
  }
}

/**
 * Stores a final answer under its key; any other sets the key free, so that trying again does try again. The answer is
 * given even when it cannot be stored: the change has happened.
 */
async function keep(db: Database, key: string, lease: Date, answer: Response): Promise<Response> {
  const mine = { key, status: null, leaseUntil: lease }
  if (!isFinal(answer.status)) {
    await db.idempotentRequest.deleteMany({ where: mine }).catch(() => undefined)
    return answer
  }
  const text = await answer.text()
  const headers = Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = answer.headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
  const body = text === '' ? null : new Uint8Array(await zip(text))
  await db.idempotentRequest
    .updateMany({ where: mine, data: { status: answer.status, headers, body } })
    .catch(() => undefined)
  return new Response(text === '' ? null : text, { status: answer.status, headers: answer.headers })
}
