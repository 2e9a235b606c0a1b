import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { messageOf } from '#lib/errors.ts'
import { type ServerName, startServer } from './servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    harness: { url: string; directory: string }
  }
}

/**
 * One set of real servers for a whole run, each started when the first test file asks for it (GET /postgres, /s3,
 * /kafka, /iceberg-rest). A guard ends them when this process does, however it ends.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(path.join(tmpdir(), 'firn-test-'))
  const guard = spawn(
    'sh',
    [
      '-c',
      'cat > /dev/null; exec "$@"',
      'guard',
      process.execPath,
      fileURLToPath(new URL('./guard.ts', import.meta.url)),
      directory,
      // FIRN_DATA_DIR of the tests (vitest.config.ts).
      path.join(tmpdir(), `firn-test-data-${process.pid}`),
    ],
    // A session of its own: Ctrl-C in the terminal reaches the tests, and the guard sees them end.
    { detached: true, stdio: ['pipe', 'ignore', 'inherit'] },
  )
  const guardEnded = new Promise<void>((resolve) => guard.once('exit', () => resolve()))

  const started = new Map<string, ReturnType<typeof startServer>>()
  const control = createServer(async (request, response) => {
    const name = (request.url ?? '').slice(1) as ServerName
    try {
      let server = started.get(name)
      if (!server) {
        server = startServer(name, path.join(directory, name))
        started.set(name, server)
      }
      response.end(JSON.stringify(await server))
    } catch (error) {
      response.statusCode = 500
      response.end(messageOf(error))
    }
  })
  // Starting a server for the first time may take minutes.
  control.requestTimeout = 0
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
  const address = control.address()
  const port = typeof address === 'object' && address ? address.port : 0
  project.provide('harness', { url: `http://127.0.0.1:${port}`, directory })

  return async () => {
    control.closeAllConnections()
    control.close()
    await Promise.allSettled(started.values())
    guard.stdin?.end()
    await guardEnded
  }
}
