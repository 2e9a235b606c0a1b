import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createEngine } from './create-engine.ts'
import type { Engine, EngineOptions, TaskUsage } from './engine.ts'
import { meteredEngine } from './metered-engine.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let root: string
let engine: Engine

const start = (options: Partial<EngineOptions> = {}): Engine => {
  engine = createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '512MB',
    spillDirectory: path.join(root, 'spill'),
    ...options,
  })
  return engine
}
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'firn-engine-'))
})
afterEach(async () => {
  await engine.close({ force: true })
  await rm(root, { recursive: true, force: true })
})

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
/** Runs for minutes unless it is ended. */
const endless = {
  sql: 'SELECT count(*) FROM range(100000000) a, range(100000) b WHERE (a.range * b.range) % 7 = 3',
}
const busyPid = async (): Promise<number> => {
  const found = () => engine.status().processes.find((process) => process.busy)?.pid
  await expect.poll(found, { timeout: 30_000 }).toBeDefined()
  return found() as number
}

test('a query gives typed rows; 64-bit values are text, parameters are bound', async () => {
  const result = await start().run('query', {
    sql: `SELECT $1::BIGINT AS big, $2 AS name, 1.5::DOUBLE AS fraction, TIMESTAMPTZ '2025-07-01 00:00:00+09' AS at, NULL AS nothing`,
    params: [9_007_199_254_740_993n, "O'Hara"],
  })
  expect(result.rows).toEqual([
    { big: '9007199254740993', name: "O'Hara", fraction: 1.5, at: '2025-06-30 15:00:00+00', nothing: null },
  ])
  expect(result.columns[0]).toEqual({ name: 'big', type: 'BIGINT' })
})

test('too many rows and wrong SQL are errors of the caller, the process lives on', async () => {
  start()
  await expect(engine.run('query', { sql: 'FROM range(11)', maxRows: 10 })).rejects.toMatchObject({
    code: 'too-large',
  })
  await expect(engine.run('query', { sql: 'SELEC 1' })).rejects.toThrow(/syntax error/)
  expect((await engine.run('query', { sql: 'SELECT 1 AS one' })).rows).toEqual([{ one: 1 }])
})

test('tasks run in all processes at once, more wait their turn', async () => {
  start({ processes: 2 })
  const pids = new Set<number>()
  const watch = setInterval(() => {
    for (const process of engine.status().processes) if (process.busy) pids.add(process.pid)
  }, 2)
  const work = { sql: 'SELECT count(*) AS n FROM range(20000000) WHERE hash(range) % 3 = 1' }
  const results = await Promise.all(Array.from({ length: 5 }, () => engine.run('query', work)))
  clearInterval(watch)
  expect(new Set(results.map((result) => JSON.stringify(result.rows))).size).toBe(1)
  expect(pids.size).toBe(2)
})

test('abort interrupts a running task and drops a waiting one, the process stays', async () => {
  start()
  const [first, second] = [new AbortController(), new AbortController()]
  const running = expect(engine.run('query', endless, { signal: first.signal })).rejects.toMatchObject({
    code: 'cancelled',
  })
  const waiting = expect(engine.run('query', endless, { signal: second.signal })).rejects.toMatchObject({
    code: 'cancelled',
  })
  const pid = await busyPid()
  second.abort()
  await waiting
  first.abort()
  await running
  await engine.run('query', { sql: 'SELECT 1' })
  expect(engine.status().processes.map((process) => process.pid)).toEqual([pid])
  await expect(engine.run('query', endless, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  })
})

test('a process that dies rejects its task as retryable and is replaced', async () => {
  start()
  const task = expect(engine.run('query', endless)).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
  })
  const pid = await busyPid()
  process.kill(pid, 'SIGKILL')
  await task
  expect((await engine.run('query', { sql: 'SELECT 1 AS one' })).rows).toEqual([{ one: 1 }])
  expect(engine.status().processes.map((process) => process.pid)).not.toContain(pid)
})

test('a task sent to a process that dies before it has started goes to the next one', async () => {
  start()
  const task = engine.run('query', { sql: 'SELECT 1 AS one' })
  expect(engine.status()).toMatchObject({ queued: 1, processes: [{ busy: false, task: null }] })
  const pid = engine.status().processes[0]?.pid ?? 0
  process.kill(pid, 'SIGKILL')
  expect((await task).rows).toEqual([{ one: 1 }])
  expect(engine.status().processes.map((process) => process.pid)).not.toContain(pid)
})

test('close lets the running task finish, refuses new ones and leaves no process and no spill folder', async () => {
  start()
  const task = engine.run('query', {
    sql: 'SELECT count(*) AS n FROM range(50000000) WHERE hash(range) % 3 = 1',
  })
  const pid = await busyPid()
  const dropped = expect(engine.run('query', { sql: 'SELECT 1' })).rejects.toMatchObject({
    code: 'cancelled',
  })
  await Promise.all([engine.close(), dropped])
  expect((await task).rows).toHaveLength(1)
  expect(alive(pid)).toBe(false)
  await expect(engine.run('query', { sql: 'SELECT 1' })).rejects.toMatchObject({ code: 'unavailable' })
  expect(await readdir(path.join(root, 'spill'))).toEqual([])
})

test('a forced close ends running tasks too', async () => {
  start()
  const task = expect(engine.run('query', endless)).rejects.toMatchObject({ code: 'unavailable' })
  const pid = await busyPid()
  await engine.close({ force: true })
  await task
  expect(alive(pid)).toBe(false)
})

test('too little memory and an unusable spill folder say what to change', async () => {
  start({ memoryLimit: '20MB' })
  const task = engine.run('query', { sql: 'SELECT list(range) FROM range(20000000)' })
  await expect(task).rejects.toMatchObject({
    code: 'too-large',
    userMessage: expect.stringContaining('ENGINE_MEMORY_LIMIT'),
  })
  await engine.close()

  const file = path.join(root, 'file')
  await writeFile(file, '')
  start({ spillDirectory: file })
  await expect(engine.run('query', { sql: 'SELECT 1' })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/ENOTDIR|EEXIST/),
  })
})

test('spill folders of killed parents are removed, those of living ones are not', async () => {
  const spill = path.join(root, 'spill')
  // No process has this number: the kernel's limit is lower.
  const [dead, living] = ['engine-999999999-0-1', `engine-${process.pid}-9-1`]
  await Promise.all([dead, living].map((name) => mkdir(path.join(spill, name), { recursive: true })))
  start()
  await expect.poll(() => readdir(spill), { timeout: 30_000 }).not.toContain(dead)
  expect(await readdir(spill)).toContain(living)
})

test('options that make no engine are refused', () => {
  start()
  expect(() => createEngine({ processes: 0, threads: 1, memoryLimit: '1GB', spillDirectory: root })).toThrow(
    'processes must be a whole number of 1 or more; found 0',
  )
})

test('a task tells what it cost, a failed one too, and a metered engine adds it up', async () => {
  const metered = meteredEngine(start())
  const heard: TaskUsage[] = []
  const onUsage = (usage: TaskUsage) => heard.push(usage)
  await metered.engine.run('query', { sql: 'SELECT sum(hash(range)) FROM range(20000000)' }, { onUsage })
  await expect(
    metered.engine.run('query', { sql: 'SELECT nothing_of_the_kind' }, { onUsage }),
  ).rejects.toThrow(/nothing_of_the_kind/)
  expect(heard).toHaveLength(2)
  const [counted] = heard
  expect(counted?.cpuMs).toBeGreaterThan(10)
  expect(counted?.wallMs).toBeGreaterThan(10)
  expect(metered.cpuMs()).toBeCloseTo(
    heard.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    5,
  )
})
