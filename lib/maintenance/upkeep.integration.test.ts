import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { createReference } from '#lib/iceberg/actions/manage-references.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { evaluateTable } from './evaluate-table.ts'
import { decidePlan } from './plans/decide-plan.ts'
import { PlanSummarySchema } from './plans/plan-types.ts'
import { restoreFiles, restoreRun } from './quarantine/restore-files.ts'
import { anyAge, everything, makeOld, upkeep } from './test-support/upkeep.ts'

let lake: Lakehouse
let keep: ReturnType<typeof upkeep>
let tableId: string
beforeAll(async () => {
  lake = await createTestLakehouse()
  keep = upkeep(lake)
})
afterAll(() => lake.close())

const hour = 3_600_000
let minute = 0
const event = () => {
  minute += 1
  return {
    at: `2025-07-01T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00+09:00`,
    user: `user-${minute % 5}`,
  }
}
/** Some snapshots, the last one included. */
async function commits(count: number) {
  for (let at = 0; at < count; at++) await lake.append([event(), event()])
}
const snapshotIds = async () =>
  (await lake.loadTable()).metadata.snapshots.map(({ snapshotId }) => snapshotId)
const setProperty = (name: string, value: string | null) =>
  lake.loadTable().then(({ identifier }) =>
    commitChange(lake.catalog, identifier, () => ({
      requirements: [],
      updates: [
        value === null
          ? { action: 'remove-properties', removals: [name] }
          : { action: 'set-properties', updates: { [name]: value } },
      ],
    })),
  )
const summaryOf = (plan: { summary: unknown }) => PlanSummarySchema.parse(plan.summary)

beforeEach(async () => {
  tableId = lake.tableId
  // Nothing of an earlier test waits.
  await lake.db.quarantinedFile.updateMany({
    where: { state: { in: ['quarantined', 'purging'] } },
    data: { state: 'restored' },
  })
  const table = await lake.loadTable()
  const expired = table.metadata.snapshots.slice(0, -1).map(({ snapshotId }) => snapshotId)
  if (expired.length > 0) {
    await commitChange(lake.catalog, table.identifier, () => ({
      requirements: [],
      updates: [{ action: 'remove-snapshots', snapshotIds: expired }],
    }))
  }
})

describe('expiry', () => {
  it('says before what goes, changes nothing then, and does exactly that when applied', async () => {
    await commits(4)
    const before = await snapshotIds()
    const plan = await keep.plan(tableId, 'expire-snapshots', everything)
    const summary = summaryOf(plan)
    expect(plan).toMatchObject({ state: 'draft', snapshotId: before.at(-1) })
    expect(summary).toMatchObject({
      snapshotsRemoved: before.length - 1,
      snapshotsKept: 1,
      rowsRemoved: 0,
      firstLost: { snapshotId: String(before[0]) },
      lastLost: { snapshotId: String(before.at(-2)) },
      oldestKept: { snapshotId: String(before.at(-1)) },
    })
    const items = await lake.db.maintenancePlanItem.findMany({ where: { planId: plan.id } })
    expect(items).toHaveLength(summary.files)
    expect(items.reduce((sum, { bytes }) => sum + Number(bytes), 0)).toBe(summary.bytes)
    expect(await snapshotIds()).toEqual(before)

    const run = await keep.apply(plan)
    expect(run).toMatchObject({
      kind: 'expire-snapshots',
      state: 'succeeded',
      before: { snapshots: before.length },
      after: { snapshots: 1, quarantinedFiles: items.length, quarantinedBytes: summary.bytes },
    })
    expect(await snapshotIds()).toEqual(before.slice(-1))
    const ledger = await keep.ledger(run.id)
    expect(ledger.map(({ location }) => location).sort()).toEqual(
      items.map(({ location }) => location).sort(),
    )
    // In place: readers of the old snapshots go on.
    expect(await keep.missing(ledger.map(({ location }) => location))).toEqual([])
    const references = new Set(await keep.references(tableId))
    expect(ledger.filter(({ location }) => references.has(location))).toEqual([])
    expect((await keep.planOf(plan.id)).state).toBe('applied')
  })

  it('keeps what tags and branches read, and goes on when only appends came in between', async () => {
    await commits(3)
    const [, second] = await snapshotIds()
    const { identifier } = await lake.loadTable()
    await commitChange(
      lake.catalog,
      identifier,
      createReference({ name: `audit-${minute}`, type: 'tag', snapshotId: second as bigint }),
    )
    const plan = await keep.plan(tableId, 'expire-snapshots', everything)
    await commits(2)
    const run = await keep.apply(plan)
    expect(run.state).toBe('succeeded')
    const left = await snapshotIds()
    expect(left).toHaveLength(4)
    expect(left).toContain(second)
    expect(await keep.missing(await keep.references(tableId))).toEqual([])
    await commitChange(lake.catalog, identifier, () => ({
      requirements: [],
      updates: [{ action: 'remove-snapshot-ref', refName: `audit-${minute - 4}` }],
    }))
  })

  it('refuses to apply when the table is no longer as planned, and another hash than reviewed', async () => {
    await commits(3)
    const [first] = await snapshotIds()
    const plan = await keep.plan(tableId, 'expire-snapshots', everything)
    await expect(keep.request({ id: plan.id, hash: 'another' })).rejects.toMatchObject({ code: 'conflict' })
    const { identifier } = await lake.loadTable()
    const tag = `late-${minute}`
    await commitChange(
      lake.catalog,
      identifier,
      createReference({ name: tag, type: 'tag', snapshotId: first as bigint }),
    )
    const before = await snapshotIds()
    const run = await keep.apply(plan)
    expect(run).toMatchObject({ state: 'failed', problem: { code: 'conflict' } })
    expect((await keep.planOf(plan.id)).state).toBe('superseded')
    expect(await snapshotIds()).toEqual(before)
    expect(await keep.ledger(run.id)).toEqual([])
    await expect(keep.request(plan)).rejects.toMatchObject({ code: 'conflict' })
    await commitChange(lake.catalog, identifier, () => ({
      requirements: [],
      updates: [{ action: 'remove-snapshot-ref', refName: tag }],
    }))
  })

  it('is superseded by a newer plan, and a table has one at a time', async () => {
    await commits(2)
    const first = await keep.plan(tableId, 'expire-snapshots', everything)
    const second = await keep.plan(tableId, 'expire-snapshots', everything)
    expect((await keep.planOf(first.id)).state).toBe('superseded')
    await keep.request(second)
    const third = await keep.plan(tableId, 'expire-snapshots', everything)
    expect(third.id).toBe(second.id)
    await keep.work((await keep.planOf(second.id)).runId ?? '', second.id)
    expect((await keep.planOf(second.id)).state).toBe('applied')
  })

  it('waits for somebody else’s approval where the table asks for it', async () => {
    await setProperty('firn.maintenance.requires-approval', 'true')
    await commits(2)
    const plan = await keep.plan(tableId, 'expire-snapshots', everything, 'min')
    const decision = { planId: plan.id, hash: plan.hash ?? '' }
    expect(plan.state).toBe('awaiting-approval')
    await expect(keep.request(plan)).rejects.toThrow(/approve/)
    await expect(
      decidePlan(lake.db, { ...decision, approve: true, by: 'min', byId: 'min' }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    })
    await decidePlan(lake.db, { ...decision, approve: true, by: 'seo', byId: 'seo' })
    expect((await keep.apply(plan)).state).toBe('succeeded')
    const refused = await keep.plan(tableId, 'expire-snapshots', everything, 'min')
    expect(refused.state).toBe('nothing-to-do')
    await setProperty('firn.maintenance.requires-approval', null)
  })

  it('does nothing to a table with gc.enabled=false and says why', async () => {
    await setProperty('gc.enabled', 'false')
    await commits(2)
    for (const action of ['expire-snapshots', 'remove-orphan-files'] as const) {
      const plan = await keep.plan(tableId, action, { ...everything, ...anyAge })
      expect(plan.state).toBe('nothing-to-do')
      expect(summaryOf(plan).reason).toMatch(/gc.enabled=false/)
    }
    await setProperty('gc.enabled', null)
  })
})

describe('purge and restore', () => {
  it('deletes what is due, counts it once, and nothing before', async () => {
    await commits(3)
    const run = await keep.apply(await keep.plan(tableId, 'expire-snapshots', everything))
    const ledger = await keep.ledger(run.id)
    const locations = ledger.map(({ location }) => location)
    expect((await keep.purge({ due: true })).state).toBe('skipped')
    expect(await keep.missing(locations)).toEqual([])
    await lake.db.quarantinedFile.updateMany({
      where: { runId: run.id },
      data: { purgeAfter: new Date(Date.now() - 1) },
    })
    const purge = await keep.purge({ due: true })
    const bytes = ledger.reduce((sum, file) => sum + Number(file.bytes), 0)
    expect(purge).toMatchObject({
      state: 'succeeded',
      after: { purgedFiles: ledger.length, purgedBytes: bytes, keptFiles: 0 },
    })
    expect(await keep.missing(locations)).toEqual(locations)
    expect(await keep.missing(await keep.references(tableId))).toEqual([])
    expect((await keep.purge({ runId: run.id })).state).toBe('skipped')
    await expect(restoreRun(lake, run.id, 'test')).rejects.toMatchObject({ code: 'gone' })
  })

  it('puts expired snapshots, references and statistics back, and the autopilot leaves them', async () => {
    await commits(4)
    const { identifier } = await lake.loadTable()
    const [first] = await snapshotIds()
    await commitChange(lake.catalog, identifier, () => ({
      requirements: [],
      updates: [
        {
          action: 'set-snapshot-ref',
          refName: 'brief',
          type: 'tag',
          snapshotId: first as bigint,
          maxRefAgeMs: 1,
        },
      ],
    }))
    const before = (await lake.loadTable()).metadata
    const run = await keep.apply(await keep.plan(tableId, 'expire-snapshots', everything))
    expect((await lake.loadTable()).metadata.refs).not.toHaveProperty('brief')
    await commits(1)
    const restored = await restoreRun(lake, run.id, 'test')
    expect(restored).toMatchObject({ snapshots: before.snapshots.length - 1, refs: 1 })
    const after = (await lake.loadTable()).metadata
    expect(after.snapshots.slice(0, -1)).toEqual(before.snapshots)
    expect(after.snapshotLog.slice(0, -1)).toEqual(before.snapshotLog)
    expect(after.refs.brief).toEqual(before.refs.brief)
    expect((await keep.ledger(run.id)).every(({ state }) => state === 'restored')).toBe(true)
    expect(await keep.missing(await keep.references(tableId))).toEqual([])
    expect((await keep.purge({ runId: run.id })).state).toBe('skipped')
    // What a person brought back only goes by hand.
    await setProperty('history.expire.max-snapshot-age-ms', '0')
    await setProperty('history.expire.min-snapshots-to-keep', '1')
    await lake.db.maintenancePlan.updateMany({ data: { createdAt: new Date(Date.now() - 48 * hour) } })
    const { stored } = await evaluateTable({ ...lake, sendJob: async () => 'job' }, tableId, 'schedule')
    const planned = stored.find(({ action }) => action === 'expire-snapshots')?.started
    const scheduled = await keep.make(planned?.id ?? '')
    expect(summaryOf(scheduled)).toMatchObject({ snapshotsRemoved: 1, refsRemoved: [] })
    await keep.work(scheduled.runId ?? '', scheduled.id)
    expect(await keep.planOf(scheduled.id)).toMatchObject({ state: 'applied', autoApply: true })
    await setProperty('history.expire.max-snapshot-age-ms', null)
    await setProperty('history.expire.min-snapshots-to-keep', null)
    const byHand = await keep.plan(tableId, 'expire-snapshots', everything)
    expect(summaryOf(byHand).snapshotsRemoved).toBe(before.snapshots.length - 1)
    await keep.apply(byHand)
  })

  it('keeps a file that came into use again, and says by whom', async () => {
    await commits(3)
    const old = (await lake.loadTable()).metadataLocation
    const run = await keep.apply(await keep.plan(tableId, 'expire-snapshots', everything))
    // Somebody registers the table as it was.
    const copy = { namespace: ['recipe_analytics'], name: `copy_${minute}` }
    await lake.catalog.registerTable(copy, old)
    const purge = await keep.purge({ runId: run.id })
    const ledger = await keep.ledger(run.id)
    expect(purge.after).toMatchObject({ purgedFiles: 0, keptFiles: ledger.length })
    expect(ledger[0]).toMatchObject({ state: 'kept', reason: expect.stringContaining(copy.name) })
    expect(await keep.missing(ledger.map(({ location }) => location))).toEqual([])
    await lake.catalog.dropTable(copy)
    await lake.db.icebergTable.deleteMany({ where: { droppedName: copy.name } })
  })

  it('restores single files', async () => {
    await commits(3)
    const run = await keep.apply(await keep.plan(tableId, 'expire-snapshots', everything))
    const [one] = await keep.ledger(run.id)
    expect(await restoreFiles(lake.db, [one?.id ?? ''], 'test')).toMatchObject({ files: 1 })
    await keep.purge({ runId: run.id })
    expect(await keep.missing([one?.location ?? ''])).toEqual([])
  })
})

describe('orphans', () => {
  const put = async (name: string, ageMs = 48 * hour) => {
    const location = `${(await lake.loadTable()).metadata.location}/data/${name}`
    await lake.io.write(location, Buffer.from(name))
    await makeOld(location, ageMs)
    return location
  }

  it('finds what nothing refers to and is old enough, and nothing else', async () => {
    await commits(2)
    const old = await put('left-over.parquet', 80 * hour)
    await put('running.parquet', 70 * hour)
    await put('_temporary/0/part.parquet', 80 * hour)
    for (const location of await keep.references(tableId)) await makeOld(location, 100 * hour)
    const plan = await keep.plan(tableId, 'remove-orphan-files')
    const items = await lake.db.maintenancePlanItem.findMany({ where: { planId: plan.id } })
    expect(
      items.filter(({ location }) => location.includes('/data/')).map(({ location }) => location),
    ).toEqual([old])
    expect(summaryOf(plan).young).toBeGreaterThanOrEqual(1)
    const run = await keep.apply(plan)
    expect(run.state).toBe('succeeded')
    // It waits already, so it is not found again; restored, it is left alone.
    expect((await keep.plan(tableId, 'remove-orphan-files')).state).toBe('nothing-to-do')
    await restoreRun(lake, run.id, 'test')
    expect((await keep.plan(tableId, 'remove-orphan-files')).state).toBe('nothing-to-do')
  })

  it('refuses an age under a day unless somebody overrides it', async () => {
    await expect(keep.plan(tableId, 'remove-orphan-files', { minAgeMs: hour })).rejects.toMatchObject({
      code: 'bad-input',
    })
  })

  it('does nothing where another table lies inside the location', async () => {
    await commits(1)
    const { metadata } = await lake.loadTable()
    const inside = { namespace: ['recipe_analytics'], name: `inside_${minute}` }
    const [schema] = metadata.schemas
    if (!schema) throw new Error('no schema')
    await lake.catalog.createTable(inside, { schema, location: `${metadata.location}/data/inside` })
    const plan = await keep.plan(tableId, 'remove-orphan-files', anyAge)
    expect(plan.state).toBe('nothing-to-do')
    expect(summaryOf(plan).reason).toMatch(/lies at/)
    await lake.db.icebergTable.deleteMany({ where: { name: inside.name } })
  })

  it('keeps a file that was written again after it was found', async () => {
    await commits(1)
    const location = await put('again.parquet')
    const run = await keep.apply(await keep.plan(tableId, 'remove-orphan-files', anyAge))
    await lake.io.write(location, Buffer.from('again'))
    await keep.purge({ runId: run.id })
    const row = (await keep.ledger(run.id)).find((file) => file.location === location)
    expect(row).toMatchObject({ state: 'kept', reason: expect.stringContaining('written again') })
    expect(await keep.missing([location])).toEqual([])
  })
})

describe('manifests', () => {
  it('become fewer and clustered by partition, with the same files', async () => {
    for (let at = 0; at < 6; at++) {
      await lake.append([
        { at: `2025-08-0${1 + (at % 3)}T10:00:00+09:00`, user: 'a' },
        { at: `2025-08-0${1 + ((at + 1) % 3)}T10:00:00+09:00`, user: 'b' },
      ])
    }
    const files = async () =>
      [
        ...new Set((await keep.references(tableId)).filter((location) => location.endsWith('.parquet'))),
      ].sort()
    const before = await files()
    const plan = await keep.plan(tableId, 'rewrite-manifests')
    expect(summaryOf(plan).manifestsBefore).toBeGreaterThanOrEqual(6)
    const run = await keep.apply(plan)
    expect(run).toMatchObject({ state: 'succeeded', after: { manifests: 1, quarantinedFiles: 0 } })
    expect((run.before as { liveFiles: number }).liveFiles).toBe(
      (run.after as { liveFiles: number }).liveFiles,
    )
    expect(await files()).toEqual(before)
    expect((await keep.plan(tableId, 'rewrite-manifests')).state).toBe('nothing-to-do')
  })

  it('refuses when a manifest of the plan is gone', async () => {
    await commits(3)
    const first = await keep.plan(tableId, 'rewrite-manifests')
    const { identifier, metadata } = await lake.loadTable()
    await commitChange(lake.catalog, identifier, () => ({
      requirements: [],
      updates: [
        {
          action: 'set-snapshot-ref',
          refName: 'main',
          type: 'branch',
          snapshotId: metadata.snapshots.at(-3)?.snapshotId ?? 0n,
        },
      ],
    }))
    expect(await keep.apply(first)).toMatchObject({ state: 'failed', problem: { code: 'conflict' } })
    expect((await keep.planOf(first.id)).state).toBe('superseded')
  })
})

describe('a dropped table with purge', () => {
  async function dropped() {
    const { metadata } = await lake.loadTable()
    const [schema] = metadata.schemas
    if (!schema) throw new Error('no schema')
    minute += 1
    const identifier = { namespace: ['recipe_analytics'], name: `gone_${minute}` }
    const table = await lake.catalog.createTable(identifier, { schema })
    await lake.io.write(`${table.metadata.location}/data/left.parquet`, Buffer.from('x'))
    await makeOld(`${table.metadata.location}/data/left.parquet`, 48 * hour)
    await lake.catalog.dropTable(identifier, { purge: true })
    return table
  }
  const pass = (id: string, days: number) =>
    lake.db.icebergTable.update({
      where: { id },
      data: { droppedAt: new Date(Date.now() - days * 24 * hour) },
    })

  it('keeps its files for the days of undrop, then they go into quarantine and can still come back', async () => {
    const table = await dropped()
    const early = await keep.plan(table.id, 'purge-dropped-table')
    expect(early.state).toBe('nothing-to-do')
    expect(summaryOf(early).reason).toMatch(/can be undropped until/)
    await pass(table.id, 8)
    const plan = await keep.plan(table.id, 'purge-dropped-table')
    expect(summaryOf(plan).byKind).toMatchObject({ metadata: { files: 1 }, orphan: { files: 1 } })
    const run = await keep.apply(plan)
    expect(run.state).toBe('succeeded')
    await restoreRun(lake, run.id, 'test')
    const back = await lake.catalog.undropTable(table.id)
    expect(back.metadataLocation).toBe(table.metadataLocation)
    await lake.catalog.dropTable(back.identifier, { purge: true })
    await pass(table.id, 8)
    const again = await keep.apply(await keep.plan(table.id, 'purge-dropped-table'))
    const purge = await keep.purge({ runId: again.id })
    expect(purge.after).toMatchObject({ purgedFiles: 2, keptFiles: 0 })
    expect(await keep.missing([table.metadataLocation])).toEqual([table.metadataLocation])
  })

  it('spares what was registered again under another name', async () => {
    const table = await dropped()
    const copy = { namespace: ['recipe_analytics'], name: `again_${minute}` }
    await lake.catalog.registerTable(copy, table.metadataLocation)
    await pass(table.id, 8)
    const plan = await keep.plan(table.id, 'purge-dropped-table')
    expect(summaryOf(plan).inUse.files).toBeGreaterThanOrEqual(1)
    const run = await keep.apply(plan)
    await keep.purge({ runId: run.id })
    expect(await keep.missing([table.metadataLocation])).toEqual([])
    await lake.db.icebergTable.deleteMany({ where: { name: copy.name } })
  })
})

/** A crash leaves what a process had done; the job is then given to another worker. */
describe('a crash', () => {
  it('while the plan is made leaves nothing but a plan that is made again', async () => {
    await commits(3)
    const io = new Proxy(lake.io, {
      get: (target, name) =>
        name === 'list'
          ? async function* () {
              yield* []
              throw new AppError('unavailable', 'The machine went down.')
            }
          : Reflect.get(target, name).bind?.(target),
    }) as FileIO
    const broken = await upkeep({ ...lake, io }).plan(tableId, 'remove-orphan-files', anyAge)
    expect(broken.state).toBe('failed')
    expect(['draft', 'nothing-to-do']).toContain(
      (await keep.plan(tableId, 'remove-orphan-files', anyAge)).state,
    )
  })

  it('before the commit changes nothing; after it the next worker finds it done', async () => {
    await commits(3)
    const plan = await keep.plan(tableId, 'expire-snapshots', everything)
    const runId = await keep.request(plan)
    const before = await snapshotIds()
    const dying = (when: 'before' | 'after') =>
      new Proxy(lake.catalog, {
        get: (target, name) => {
          const own = Reflect.get(target, name)
          if (name !== 'commitTable') return typeof own === 'function' ? own.bind(target) : own
          return async (...args: Parameters<BuiltInCatalog['commitTable']>) => {
            if (when === 'after') await target.commitTable(...args)
            throw new Died()
          }
        },
      })
    class Died extends Error {}
    /** A process that dies writes nothing more: the run stays as it is, running. */
    const die = async (when: 'before' | 'after') => {
      await keep.work(runId, plan.id, { catalog: dying(when) })
      await lake.db.run.update({ where: { id: runId }, data: { state: 'running', finishedAt: null } })
      await lake.db.maintenancePlan.updateMany({
        where: { id: plan.id, state: 'draft' },
        data: { state: 'applying', runId },
      })
    }
    await die('before')
    expect(await snapshotIds()).toEqual(before)
    expect(await keep.ledger(runId)).toEqual([])
    await die('after')
    expect(await snapshotIds()).toHaveLength(1)
    const ledger = await keep.ledger(runId)
    expect(ledger.length).toBeGreaterThan(0)
    await keep.work(runId, plan.id)
    expect(await keep.runOf(runId)).toMatchObject({
      state: 'succeeded',
      after: { quarantinedFiles: ledger.length },
    })
    expect(await keep.ledger(runId)).toEqual(ledger)
  })

  it('during the purge loses nothing that is reachable and frees nothing twice', async () => {
    await commits(6)
    const run = await keep.apply(await keep.plan(tableId, 'expire-snapshots', everything))
    const ledger = await keep.ledger(run.id)
    let deletes = 0
    const io = new Proxy(lake.io, {
      get: (target, name) =>
        name === 'delete'
          ? async (locations: string[]) => {
              deletes += 1
              // Half of them went before the power did.
              await target.delete(locations.slice(0, Math.ceil(locations.length / 2)))
              throw new AppError('unavailable', 'The power went.')
            }
          : Reflect.get(target, name).bind?.(target),
    }) as FileIO
    const first = await keep.purge({ runId: run.id }, { io })
    expect(first.state).toBe('failed')
    expect(deletes).toBe(1)
    expect(
      await restoreFiles(
        lake.db,
        ledger.map(({ id }) => id),
        'test',
      ),
    ).toMatchObject({ files: 0 })
    const second = await keep.purge({ due: true })
    expect(second.after).toMatchObject({
      purgedFiles: ledger.length,
      purgedBytes: ledger.reduce((sum, { bytes }) => sum + Number(bytes), 0),
    })
    const counted = await lake.db.quarantinedFile.count({ where: { runId: run.id, state: 'purged' } })
    expect(counted).toBe(ledger.length)
    expect(await keep.missing(await keep.references(tableId))).toEqual([])
  })
})
