import { setTimeout as delay } from 'node:timers/promises'
import { type Exchange, ExchangeFailure, type ExchangeRequest, exchange } from './http-exchange.ts'

export interface Patience {
  /** Tries in all. */
  attempts: number
  /** Of one try. */
  timeoutMs: number
}

export interface PatientAnswer extends Exchange {
  /** An earlier try may have reached the server although it was not answered with success. */
  repeated: boolean
}

const minWaitMs = 100
const maxWaitMs = 5_000
/** A server that asks for more patience than this is reported instead of waited for. */
const longestRetryAfterMs = 20_000

/** `Retry-After` in milliseconds: seconds or a date. */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  if (/^\d+$/.test(text)) return Number(text) * 1_000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/**
 * Sends a request and repeats it where that is harmless. A safe one (a read, a token request) is repeated after lost
 * connections and 429, 502, 503 and 504; any other only when it is certain that it had no effect: the connection was
 * never made, 429, or 503 with `Retry-After`.
 * @throws ExchangeFailure of the last try
 */
export async function sendPatiently(
  request: Omit<ExchangeRequest, 'timeoutMs'>,
  { attempts, timeoutMs }: Patience,
  safe: boolean = request.method === 'GET',
): Promise<PatientAnswer> {
  let repeated = false
  for (let attempt = 1; ; attempt += 1) {
    let wait = Math.min(maxWaitMs, minWaitMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2)
    try {
      const answer = await exchange({ ...request, timeoutMs })
      const asked = retryAfterMs(answer.headers)
      const again = answer.status === 429 || (answer.status === 503 && (safe || asked !== undefined))
      const gateway = safe && (answer.status === 502 || answer.status === 504)
      const tooLong = asked !== undefined && asked > longestRetryAfterMs
      if (!(again || gateway) || tooLong || attempt >= attempts) return { ...answer, repeated }
      repeated ||= answer.status !== 429
      wait = asked ?? wait
    } catch (error) {
      if (!(error instanceof ExchangeFailure)) throw error
      if ((error.delivered && !safe) || attempt >= attempts) throw error
    }
    await delay(wait)
  }
}
