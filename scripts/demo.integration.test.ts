import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestDatabase } from '../e2e/harness/database.ts'
import { freePort, waitUntil } from './servers/process.ts'

/** How the demo ends when something is wrong with its surroundings; e2e/harness/demo-setup.ts runs the whole of it. */

let directory: string
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'firn-demo-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

interface Demo {
  child: ChildProcess
  output: () => string
  ended: Promise<number | null>
}

function startDemo(args: string[], env: Record<string, string> = {}): Demo {
  const child = spawn(process.execPath, ['scripts/demo.ts', '--data', directory, ...args], {
    env: { ...process.env, DATABASE_URL: undefined, KAFKA_BROKERS: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return { child, output: () => text, ended }
}

/**
 * Processes that work in this demo's folder: it is in their command line or, where the system shows it, in their
 * environment.
 */
function leftRunning(): string[] {
  if (!existsSync('/proc/self')) {
    const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,command='], { encoding: 'utf8' })
    return stdout.split('\n').filter((line) => line.includes(directory))
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        return `${command}${environment}`.includes(directory) ? [`${pid} ${command}`] : []
      } catch {
        // It ended in between.
        return []
      }
    })
}

/** Waits a moment for what was told to end: the children of a build are told by it, not by the demo. */
async function expectNothingLeft(): Promise<void> {
  await waitUntil(() => leftRunning().length === 0, 5_000)
  expect(leftRunning()).toEqual([])
}

it.each([
  [['--events', 'many'], '--events: expected a whole number of events'],
  [['--events', '0'], '--events: expected a whole number of events from 1 to'],
  [['--port', '70000'], '--port: expected a port number from 1 to 65535; found "70000"'],
  [['--rate', '1.5'], '--rate: expected a whole number of events a second from 0 to 10000'],
  [['--evnts', '5'], "'--evnts'"],
])('%s: says what is wrong and how it is used', async (args, message) => {
  const { output, ended } = startDemo(args)
  expect(await ended).toBe(2)
  expect(output()).toContain(message)
  expect(output()).toContain('npm run demo -- [options]')
  expect(output()).not.toMatch(/^\s+at /m)
})

it('a port that is in use: says which and how to choose another', async () => {
  const busy = createServer()
  const port = await new Promise<number>((resolve) =>
    busy.listen(0, '127.0.0.1', () => {
      const address = busy.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    }),
  )
  try {
    const { output, ended } = startDemo(['--port', String(port)])
    expect(await ended).toBe(1)
    expect(output()).toContain(`Port ${port} is in use by another program.`)
    expect(output()).toContain(`npm run demo -- --port ${port + 1}`)
    await expectNothingLeft()
  } finally {
    busy.close()
  }
})

it('a DATABASE_URL where nobody answers: says so, and ends the build it had begun', async () => {
  const port = await freePort()
  const { output, ended } = startDemo(['--port', String(await freePort())], {
    DATABASE_URL: `postgresql://firn:secret-word@127.0.0.1:${port}/firn`,
  })
  expect(await ended).toBe(1)
  expect(output()).toContain(`No Postgres answers at 127.0.0.1:${port}`)
  expect(output()).toContain('correct DATABASE_URL; unset it to use the embedded one')
  expect(output()).not.toContain('secret-word')
  expect(output()).not.toMatch(/^\s+at /m)
  await expectNothingLeft()
})

it('a KAFKA_BROKERS where nobody answers: says so, and leaves nothing running', async () => {
  const database = await createTestDatabase()
  try {
    const port = await freePort()
    const { output, ended } = startDemo(['--port', String(await freePort())], {
      DATABASE_URL: database.url,
      KAFKA_BROKERS: `127.0.0.1:${port}`,
    })
    expect(await ended).toBe(1)
    expect(output()).toContain(`127.0.0.1:${port}`)
    expect(output()).toContain('KAFKA_BROKERS')
    expect(output()).not.toMatch(/^\s+at /m)
    await expectNothingLeft()
  } finally {
    await database.drop()
  }
})

it('Ctrl-C while it still starts ends everything it had started', async () => {
  const { child, output, ended } = startDemo(['--port', String(await freePort())])
  await waitUntil(() => output().includes('Postgres: embedded server started'), 60_000)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(output()).toContain('Stopping')
  await expectNothingLeft()
})
