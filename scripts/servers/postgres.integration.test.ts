import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest'
import { type RunningPostgres, startPostgres } from './postgres.ts'
import { commandOf, freePort } from './process.ts'

// Below the run's folder: whatever a failing test leaves is ended with the run.
let directory: string
let server: RunningPostgres | undefined
let count = 0
beforeEach(() => {
  directory = path.join(inject('harness').directory, `postgres-${count++}`)
})
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const pidFile = () => path.join(directory, 'data', 'postmaster.pid')

describe('startPostgres', () => {
  test('starts, takes over a running server, stops, and keeps its data and password', async () => {
    server = await startPostgres({ directory })
    expect(server.adopted).toBe(false)
    await query(server.url, 'create table kept as select 1 as one')
    expect(statSync(path.join(directory, 'password')).mode & 0o777).toBe(0o600)
    const second = await startPostgres({ directory })
    expect(second).toMatchObject({ adopted: true, pid: server.pid, url: server.url })
    await second.stop()
    expect(commandOf(server.pid)).toBeNull()
    server = await startPostgres({ directory })
    expect(await query(server.url, 'select one from kept')).toEqual([{ one: 1 }])
  })

  test('comes back after kill -9', async () => {
    server = await startPostgres({ directory })
    await query(server.url, 'create table kept as select 1 as one')
    process.kill(server.pid, 'SIGKILL')
    server = await startPostgres({ directory })
    expect(server.adopted).toBe(false)
    expect(await query(server.url, 'select one from kept')).toEqual([{ one: 1 }])
  })

  test('is not held up by a pid file that names another program', async () => {
    server = await startPostgres({ directory })
    await server.stop()
    writeFileSync(pidFile(), `${process.pid}\n${directory}/data\n1\n5432\n\n127.0.0.1\n`)
    server = await startPostgres({ directory })
    expect(server.adopted).toBe(false)
    expect(readFileSync(pidFile(), 'utf8')).toMatch(new RegExp(`^${server.pid}\n`))
  })

  test('gets in again when the password file was lost', async () => {
    server = await startPostgres({ directory })
    await query(server.url, 'create table kept as select 1 as one')
    const before = server.url
    await server.stop()
    rmSync(path.join(directory, 'password'))
    server = await startPostgres({ directory })
    expect(new URL(server.url).password).not.toBe(new URL(before).password)
    expect(await query(server.url, 'select one from kept')).toEqual([{ one: 1 }])
  })

  test('a port in use is named', async () => {
    const { createServer } = await import('node:net')
    const port = await freePort()
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
    onTestFinished(() => new Promise<void>((resolve) => other.close(() => resolve())))
    await expect(startPostgres({ directory, port })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`Port ${port} is in use`),
    })
  })
})

describe.runIf(process.getuid?.() === 0)('as root', () => {
  const as = (way: string) => {
    process.env.FIRN_POSTGRES_USER = way
    onTestFinished(() => {
      delete process.env.FIRN_POSTGRES_USER
    })
  }
  const uidOf = (pid: number) => /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]

  test('runs in whichever way the machine allows, in a folder closed to others', async () => {
    server = await startPostgres({ directory })
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('as nobody it says which folder is closed, and runs once that is open', async () => {
    as('nobody')
    const runs = inject('harness').directory
    chmodSync(runs, 0o700)
    await expect(startPostgres({ directory })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining(`chmod o+x ${runs}`),
    })
    chmodSync(runs, 0o711)
    server = await startPostgres({ directory })
    expect(uidOf(server.pid)).toBe('65534')
    await server.stop()
    delete process.env.FIRN_POSTGRES_USER
    server = await startPostgres({ directory })
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})
