/** Restarts come after 0.5, 1, 2, … up to 30 s: quick for a slip, easy on the machine when something stays broken. */
const firstDelayMs = 500
const longestDelayMs = 30_000
/** A process that lived this long was healthy: its next crash counts as the first. */
const healthyMs = 60_000

export interface BackOff {
  /** Milliseconds to wait before the next start, given how long the process lived. */
  afterExit(livedMs: number): number
}

/** Exponential back-off of restarts, forgotten after a healthy minute. */
export function createBackOff(): BackOff {
  let failures = 0
  return {
    afterExit(livedMs) {
      if (livedMs >= healthyMs) failures = 0
      const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** failures)
      failures += 1
      return delay
    },
  }
}
