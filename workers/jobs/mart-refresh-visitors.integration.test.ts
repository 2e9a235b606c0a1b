import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { requestCancel } from '#lib/runs/request-cancel.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import job from './mart-refresh-visitors.ts'

let lake: Lakehouse
beforeAll(async () => {
  lake = await createTestLakehouse()
})
afterAll(() => lake.close())

const refresh = (engine = lake.engine) => {
  const { signal } = new AbortController()
  return job.run({
    ...lake,
    payload: { siteId: lake.siteId },
    jobId: randomUUID(),
    requestId: undefined,
    log: logger(),
    worker: 'pipeline-test',
    engine: () => engine,
    sendJob: async () => null,
    signal,
    stopping: signal,
  })
}

const runs = () =>
  lake.db.run.findMany({
    where: { kind: 'mart-refresh' },
    orderBy: { createdAt: 'asc' },
    include: { events: true },
  })

describe('mart.refresh-visitors', () => {
  it('shows a rebuild of everything as a run, and a refresh of some days not', async () => {
    await lake.append([{ at: '2025-07-01T10:00:00+09:00', user: 'a' }])
    await refresh()
    await lake.append([{ at: '2025-07-01T11:00:00+09:00', user: 'b' }])
    await refresh()
    const [only, ...others] = await runs()
    expect(others).toEqual([])
    expect(only).toMatchObject({
      state: 'succeeded',
      title: 'Recipe service',
      after: { days: 1, files: 1 },
      progress: { files: 1, filesTotal: 1 },
    })
    expect(only?.events[0]?.message).toBe('Everything is counted (first build): days: 1, files: 1.')
    expect(await lake.db.visitorDay.findFirst()).toMatchObject({ visits: 2n, visitors: 2n })
  })

  it('stops when its run is cancelled, and leaves the numbers as they were', async () => {
    await lake.db.martState.deleteMany({})
    const before = await lake.db.visitorDay.findMany()
    const stuck: typeof lake.engine = {
      ...lake.engine,
      run: async (_name, _payload, options) => {
        const [run] = (await runs()).slice(-1)
        await requestCancel(lake.db, run?.id ?? '', 'somebody')
        await once(options?.signal as AbortSignal, 'abort')
        throw new AppError('cancelled', 'The task was cancelled.')
      },
    }
    await refresh(stuck)
    expect((await runs()).at(-1)).toMatchObject({ state: 'cancelled' })
    expect(await lake.db.visitorDay.findMany()).toEqual(before)
  })

  it('shows a refresh that fails, once while it keeps failing', async () => {
    await lake.db.site.update({
      where: { id: lake.siteId },
      data: { columns: { eventTime: 'when', visitor: ['user_id'] } },
    })
    await lake.append([{ at: '2025-07-01T12:00:00+09:00', user: 'c' }])
    await expect(refresh()).rejects.toThrow(/column "when"/)
    await expect(refresh()).rejects.toThrow(/column "when"/)
    const failed = (await runs()).filter(({ state }) => state === 'failed')
    expect(failed).toMatchObject([{ problem: { code: 'bad-input' } }])
  })
})
