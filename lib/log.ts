import pino, { type Logger } from 'pino'
import { env } from './env.ts'

/** Field names whose values never reach a log line. */
const secretPaths = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'apiToken',
  'secretAccessKey',
  'saslPassword',
]

let root: Logger | undefined

/** Structured JSON logs on standard error; `fields` (requestId, jobId, runId, worker, …) are on every line of the child. */
export function logger(fields: Record<string, unknown> = {}): Logger {
  root ??= pino(
    {
      level: env().LOG_LEVEL,
      base: { pid: process.pid },
      redact: {
        paths: secretPaths.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '(hidden)',
      },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    pino.destination({ dest: 2, sync: false }),
  )
  return root.child(fields)
}

export type { Logger }
