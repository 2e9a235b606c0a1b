import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { formatIdentifier, type TableIdentifier } from '../catalog/catalog.ts'

/** How commits go about losing races against other writers. */

export interface RetryOptions {
  /** Tries in all. Default 10. */
  maxAttempts?: number
  signal?: AbortSignal
  /** Wait before the second try in milliseconds; doubles up to `maxWaitMs`, with jitter. Default 50. */
  minWaitMs?: number
  /** Default 5,000. */
  maxWaitMs?: number
}

export const defaultMaxAttempts = 10

/** Waits before the try after `attempt`. Full jitter: writers that collided spread out instead of colliding again. */
export async function waitToRetry(attempt: number, options: RetryOptions): Promise<void> {
  const { signal, minWaitMs = 50, maxWaitMs = 5_000 } = options
  const wait = Math.min(maxWaitMs, minWaitMs * 2 ** (attempt - 1))
  await delay(wait * (0.5 + Math.random() / 2), undefined, signal ? { signal } : {}).catch(() => undefined)
}

/** @throws AppError `cancelled` */
export function throwIfCancelled(signal: AbortSignal | undefined, identifier: TableIdentifier): void {
  if (!signal?.aborted) return
  throw new AppError('cancelled', `The commit to ${formatIdentifier(identifier)} was cancelled.`, {
    cause: signal.reason,
  })
}

export const triesUsedUp = (identifier: TableIdentifier, attempts: number, cause: AppError): AppError =>
  new AppError(
    'conflict',
    `The commit to ${formatIdentifier(identifier)} lost the race against other commits ${attempts} times: ${cause.message}`,
    {
      userMessage: `Other writers kept changing the table ${formatIdentifier(identifier)}, so that ${attempts} tries to commit failed. Nothing was changed; try again.`,
      context: { attempts, ...cause.context },
      cause,
      retryable: true,
    },
  )
