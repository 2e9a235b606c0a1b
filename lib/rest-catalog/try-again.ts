import { setTimeout as delay } from 'node:timers/promises'
import { isAppError } from '#lib/errors.ts'
import { problemOf } from '#lib/iceberg/catalog/problem.ts'

/** As many lost races as a client would retry itself, without reading and sending everything again. */
const maxAttempts = 5

/**
 * Does a change again whose table moved between reading and swapping its pointer. The requirements are checked again
 * with the table as it is then; one that does not hold is the client's conflict and not tried again.
 */
export async function tryAgainWhenStale<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change()
    } catch (error) {
      const stale = isAppError(error, 'conflict') && problemOf(error) === 'stale-base'
      if (!stale || attempt >= maxAttempts) throw error
      // Jitter: writers that collided spread out instead of colliding again.
      await delay(10 * 2 ** attempt * Math.random())
    }
  }
}
