import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { openQueue, sendJob } from '#lib/jobs/queue.ts'
import { createTestDatabase, type TestDatabase } from '../../e2e/harness/database.ts'
import { watchCancel } from './cancel-signal.ts'
import { createRun } from './create-run.ts'
import { failRun, finishRun } from './finish-run.ts'
import { progressReporter } from './report-progress.ts'
import { requestCancel } from './request-cancel.ts'
import type { RunKind } from './run-types.ts'
import { settleVanishedRuns } from './settle-vanished-runs.ts'
import { startRun } from './start-run.ts'

let test: TestDatabase

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const queued = (kind: RunKind = 'compaction') =>
  createRun(test.db, { kind, title: 't', trigger: 'manual', requestedBy: 'me' })
const running = async (kind?: RunKind) => {
  const id = await queued(kind)
  await startRun(test.db, id, { worker: 'maintain-1' })
  return id
}
const read = (id: string) => test.db.run.findUniqueOrThrow({ where: { id }, include: { events: true } })

describe('a run', () => {
  it('starts, reports the last progress of many, and ends once', async () => {
    const id = await running()
    const report = progressReporter(test.db, id)
    for (let rows = 1; rows <= 100; rows += 1) report({ rows, rowsTotal: 100 })
    await report.flush()
    expect((await read(id)).progress).toEqual({ rows: 100, rowsTotal: 100 })
    expect(await finishRun(test.db, id, { after: { files: 1 } })).toBe(true)
    expect(await failRun(test.db, id, new Error('late'))).toBe(false)
    expect(await read(id)).toMatchObject({ state: 'succeeded', after: { files: 1 }, problem: null })
    report({ rows: 1 })
    await report.flush()
    expect((await read(id)).progress).toEqual({ rows: 100, rowsTotal: 100 })
  })

  it('keeps why it failed', async () => {
    const id = await running()
    await failRun(test.db, id, new AppError('conflict', 'lost', { context: { snapshotId: 2n ** 60n } }))
    const run = await read(id)
    expect(run).toMatchObject({ state: 'failed', problem: { code: 'conflict', message: 'lost' } })
    expect(run.problem).toMatchObject({ context: { snapshotId: '1152921504606846976' } })
    expect(run.events).toMatchObject([{ level: 'error', message: 'lost' }])
  })

  it('is cancelled at once while queued, by its signal while running, not after its end', async () => {
    const waiting = await queued()
    await requestCancel(test.db, waiting, 'me')
    expect((await read(waiting)).state).toBe('cancelled')
    await expect(startRun(test.db, waiting, { worker: 'w' })).rejects.toMatchObject({ code: 'conflict' })
    const id = await running()
    const watch = watchCancel(test.db, id)
    const aborted = new Promise((resolve) => watch.signal.addEventListener('abort', resolve))
    await requestCancel(test.db, id, 'me')
    await aborted
    watch.stop()
    expect(watch.signal.reason).toMatchObject({ code: 'cancelled' })
    await finishRun(test.db, id)
    await expect(requestCancel(test.db, id, 'me')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('whose worker vanished is failed or waits, and says so', async () => {
    const [load, compaction, alive] = [await running('load'), await running(), await running()]
    await test.db.run.updateMany({
      where: { id: { in: [load, compaction] } },
      data: { beatAt: new Date(Date.now() - 200_000) },
    })
    await settleVanishedRuns(test.db)
    expect((await read(alive)).state).toBe('running')
    expect(await read(load)).toMatchObject({ state: 'queued', events: [{ level: 'warn' }] })
    expect(await read(compaction)).toMatchObject({ state: 'failed', problem: { code: 'unavailable' } })
    await startRun(test.db, alive, { worker: 'maintain-2' })
    expect((await read(alive)).events[0]?.message).toContain('maintain-1 vanished; maintain-2 starts')
  })

  it('whose job is gone is failed, and one whose job still waits is left alone', async () => {
    const [lost, waiting, young] = [await queued(), await queued(), await queued()]
    const queue = await openQueue(test.url)
    try {
      for (const runId of [lost, waiting]) {
        await sendJob('table.rewrite-data-files', { runId, tableId: randomUUID() }, { queue })
      }
      const [job] = await queue.fetch('table.rewrite-data-files')
      await queue.deleteJob('table.rewrite-data-files', String(job?.id))
      const old = { createdAt: new Date(Date.now() - 200_000) }
      await test.db.run.updateMany({ where: { id: { in: [lost, waiting] } }, data: old })
      await settleVanishedRuns(test.db)
    } finally {
      await queue.stop({ graceful: false })
    }
    expect(await read(lost)).toMatchObject({ state: 'failed', problem: { code: 'unavailable' } })
    expect((await read(waiting)).state).toBe('queued')
    expect((await read(young)).state).toBe('queued')
  })
})
