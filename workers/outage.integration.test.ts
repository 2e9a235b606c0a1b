import { rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseProblem } from '#lib/runs/problem-of.ts'
import { expectEveryEventOnce } from '../e2e/harness/expect-every-event-once.ts'
import { createIngestWorkspace, type IngestWorkspace } from '../e2e/harness/ingest-workspace.ts'
import { landEvents } from '../e2e/harness/land-events.ts'

/** Postgres behind a door that the test can shut: connections break and new ones are refused. */
class Door {
  private readonly target: URL
  private readonly sockets = new Set<Socket>()
  private server: Server | undefined
  port = 0

  constructor(target: string) {
    this.target = new URL(target)
  }

  async open(): Promise<void> {
    const server = createServer((socket) => {
      const upstream = connect(Number(this.target.port), this.target.hostname)
      for (const one of [socket, upstream]) {
        this.sockets.add(one)
        one.on('error', () => {})
        one.once('close', () => {
          this.sockets.delete(one)
          socket.destroy()
          upstream.destroy()
        })
      }
      socket.pipe(upstream).pipe(socket)
    })
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    const address = server.address()
    this.port = typeof address === 'object' && address ? address.port : 0
    this.server = server
  }

  async shut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve))
    for (const socket of this.sockets) socket.destroy()
    await closed
  }

  get url(): string {
    const url = new URL(this.target)
    url.hostname = '127.0.0.1'
    url.port = String(this.port)
    return url.href
  }
}

let workspace: IngestWorkspace

beforeEach(async () => {
  workspace = await createIngestWorkspace()
})

afterEach(async () => {
  await workspace?.dispose()
})

const committedRows = async () =>
  Number(
    (await workspace.db.batch.aggregate({ _sum: { rows: true }, where: { committedAt: { not: null } } }))._sum
      .rows ?? 0n,
  )

describe('outages', { timeout: 180_000 }, () => {
  it('workers wait while the database is away and go on when it is back', async () => {
    const door = new Door(workspace.database.url)
    await door.open()
    const folder = workspace.landing('events')
    const first = await landEvents(folder.path, 5, 60)
    await workspace.addSource('events', { kind: 'landing', location: folder.location })
    const env = { DATABASE_URL: door.url }
    const workers = ['ingest', 'commit', 'maintain', 'pipeline'].map((name) => workspace.start(name, env))
    await workspace.waitFor('the first rows', async () => (await committedRows()) === first)
    await door.shut()
    const more = await landEvents(path.join(folder.path, 'more'), 3, 90)
    await workspace.waitFor('every worker noticing', () =>
      workers.every((worker) => /heartbeat not written/.test(worker.log())),
    )
    await door.open()
    await workspace.waitFor('the rest', async () => (await committedRows()) === first + more)
    expect(workers.map((worker) => worker.running())).toEqual([true, true, true, true])
    for (const worker of workers) worker.signal('SIGTERM')
    expect(await Promise.all(workers.map(({ exited }) => exited))).toEqual([0, 0, 0, 0])
    await door.shut()
  })

  it('a worker that starts before its database waits for it', async () => {
    const door = new Door(workspace.database.url)
    await door.open()
    await door.shut()
    const worker = workspace.start('commit', { DATABASE_URL: door.url })
    await workspace.waitFor('the worker saying so', () =>
      worker.log().includes('the database does not answer'),
    )
    expect(worker.log()).not.toContain(new URL(door.url).password)
    await door.open()
    await workspace.waitFor('the worker ready', async () => {
      return (await workspace.db.workerProcess.count({ where: { kind: 'commit', state: 'ready' } })) === 1
    })
    worker.signal('SIGTERM')
    expect(await worker.exited).toBe(0)
    await door.shut()
  })

  it('a warehouse that takes no files is a problem of the source, not of its files, and clears itself', async () => {
    const folder = workspace.landing('events')
    const events = await landEvents(folder.path, 5, 100)
    const id = await workspace.addSource('events', { kind: 'landing', location: folder.location })
    const table = await workspace.catalog.loadTableById(workspace.pipeline.tableId)
    const data = path.join(table.metadata.location.slice('file://'.length), 'data')
    // A file where the folder should be: every write fails until it is gone.
    writeFileSync(data, '')
    workspace.start('commit')
    const ingest = workspace.start('ingest')
    const problem = async () =>
      parseProblem((await workspace.db.source.findUniqueOrThrow({ where: { id } })).problem)
    await workspace.waitFor('the problem', async () => (await problem()) !== null)
    expect(await problem()).toMatchObject({ retrying: true })
    expect(await workspace.db.sourcePartition.count({ where: { sourceId: id, state: 'failed' } })).toBe(0)
    rmSync(data)
    await workspace.waitFor('all rows', async () => (await committedRows()) === events)
    await workspace.waitFor('the problem gone', async () => (await problem()) === null)
    expect(ingest.running()).toBe(true)
    await expectEveryEventOnce(workspace, folder.path, events)
  })
})
