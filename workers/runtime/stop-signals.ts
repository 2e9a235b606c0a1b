import type { Logger } from '#lib/log.ts'

/** A terminal and npm both pass on one Ctrl-C: signals this close together are one. */
const sameSignalMs = 300

/** What a supervisor tells its children over the process channel. */
export type SupervisorMessage = 'stop' | 'stop-now'

export interface StopSignals {
  /** Aborted by the first SIGINT or SIGTERM. */
  stopping: AbortSignal
  /** Aborted by the second one, or when the supervisor is gone. */
  signal: AbortSignal
}

/**
 * First SIGINT or SIGTERM: finish and stop; second: stop now. Under a supervisor SIGINT is left to it, since a terminal
 * sends it to the whole group; and when the supervisor dies this process stops now rather than living on unwatched.
 */
export function listenForStop(log: Logger): StopSignals {
  const stopping = new AbortController()
  const now = new AbortController()
  let firstAt = 0
  const stop = (reason: string) => {
    if (!stopping.signal.aborted) {
      firstAt = Date.now()
      log.info({ reason }, 'stopping: finishing what is begun')
      stopping.abort(new Error(reason))
    } else if (Date.now() - firstAt > sameSignalMs && !now.signal.aborted) {
      stopNow(reason)
    }
  }
  const stopNow = (reason: string) => {
    if (now.signal.aborted) return
    log.warn({ reason }, 'stopping now')
    if (!stopping.signal.aborted) stopping.abort(new Error(reason))
    now.abort(new Error(reason))
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  if (process.connected) {
    process.on('SIGINT', () => {})
    process.on('message', (message: SupervisorMessage) =>
      message === 'stop-now' ? stopNow(message) : stop(message),
    )
    process.on('disconnect', () => stopNow('the supervisor is gone'))
  } else {
    process.on('SIGINT', () => stop('SIGINT'))
  }
  return { stopping: stopping.signal, signal: now.signal }
}
