import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { messageOf } from '#lib/errors.ts'
import { type RowDigest, RowDigestSchema } from './row-digest.ts'

const marker = '@@answer '
const AnswerSchema = z.union([z.object({ error: z.string() }), z.object({ result: z.unknown() })])

/** Another engine in a process of its own (peer.py), that does one thing after the other. */
export interface Peer {
  /** @throws Error with the engine's own message */
  ask(operation: string, request?: Record<string, unknown>): Promise<unknown>
  /** As `ask`, for operations that answer with rows. */
  digest(operation: string, request?: Record<string, unknown>): Promise<RowDigest>
  close(): Promise<void>
}

/** Starts a program that answers requests of one JSON line with lines of `@@answer {…}`; other output is ignored. */
export function startPeer(
  program: string,
  args: readonly string[],
  env: Record<string, string | undefined> = {},
): Peer {
  const child: ChildProcessWithoutNullStreams = spawn(program, args, { env: { ...process.env, ...env } })
  let complaints = ''
  let waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void } | undefined
  const settle = (line: string): void => {
    const asked = waiting
    waiting = undefined
    try {
      const answer = AnswerSchema.parse(JSON.parse(line))
      if ('error' in answer) asked?.reject(new Error(answer.error))
      else asked?.resolve(answer.result)
    } catch (error) {
      asked?.reject(new Error(`${program} answered ${line.slice(0, 200)}: ${messageOf(error)}`))
    }
  }
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4000)
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(marker)) settle(line.slice(marker.length))
  })
  child.stdin.on('error', () => {
    // The process ended, which its exit event tells better.
  })
  const gone = (reason: string) => {
    waiting?.reject(new Error(`${program} ended (${reason}): ${complaints}`))
    waiting = undefined
  }
  child.once('error', (error) => gone(messageOf(error)))
  child.once('exit', (code, signal) => gone(String(signal ?? code)))
  const ended = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined

  const ask: Peer['ask'] = (operation, request = {}) =>
    new Promise((resolve, reject) => {
      if (ended()) {
        reject(new Error(`${program} has ended: ${complaints}`))
        return
      }
      waiting = { resolve, reject }
      child.stdin.write(`${JSON.stringify({ do: operation, ...request })}\n`)
    })
  return {
    ask,
    digest: async (operation, request) => RowDigestSchema.parse(await ask(operation, request)),
    close: async () => {
      if (ended()) return
      const exited = once(child, 'exit')
      child.stdin.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await exited
      clearTimeout(timer)
    },
  }
}
