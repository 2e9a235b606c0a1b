import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createReference } from '#lib/iceberg/actions/manage-references.ts'
import { updatePartitionSpec } from '#lib/iceberg/actions/update-partition-spec.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { and, gtEq, isIn, ltEq } from '#lib/iceberg/scan/expression.ts'
import { logger } from '#lib/log.ts'
import { locationKey } from '#lib/storage/location-key.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { pythonWithPyIceberg } from '../../scripts/servers/python.ts'
import { runProgram, summaryOf } from '../../scripts/servers/run-program.ts'
import { listLiveFiles } from './list-live-files.ts'
import { PlanSummarySchema } from './plans/plan-types.ts'
import { restoreRun } from './quarantine/restore-files.ts'
import { requestCompaction } from './request-compaction.ts'
import { runCompaction } from './run-compaction.ts'
import { anyAge, everything, makeOld, upkeep } from './test-support/upkeep.ts'
import { VisitsTable } from './test-support/visits-lake.ts'

/**
 * The proof of maintenance: whatever is done to a table, the live rows of every reference and snapshot that stays are the
 * same before and after, every file they need is there, and every file that went was needed by none; by our scan and by
 * PyIceberg's.
 */

vi.setConfig({ testTimeout: 240_000, hookTimeout: 600_000 })

const script = fileURLToPath(new URL('./proof.py', import.meta.url))
const hour = 3_600_000

let lake: Lakehouse
let keep: ReturnType<typeof upkeep>
let python: string
beforeAll(async () => {
  python = await pythonWithPyIceberg()
  lake = await createTestLakehouse()
  keep = upkeep(lake)
})
afterAll(() => lake?.close())

interface Kind {
  name: string
  version: '2' | '3'
  deletes: 'positions' | 'vectors' | 'equality'
}

const kinds: Kind[] = [
  { name: 'position deletes in version 2', version: '2', deletes: 'positions' },
  { name: 'deletion vectors in version 3', version: '3', deletes: 'vectors' },
  { name: 'equality deletes in version 2', version: '2', deletes: 'equality' },
  { name: 'equality deletes in version 3', version: '3', deletes: 'equality' },
]

async function pyIceberg(table: VisitsTable): Promise<Record<string, string>> {
  const { metadataLocation } = await table.load()
  const result = await runProgram(python, [script, metadataLocation])
  if (result.code !== 0) throw new Error(`PyIceberg failed: ${summaryOf(result)}`)
  return z.record(z.string(), z.string()).parse(JSON.parse(result.output.trim().split('\n').at(-1) ?? ''))
}

/** A table that has seen everything: deletes, a branch of its own, tags, another schema and another partition spec. */
async function grow({ version, deletes }: Kind): Promise<VisitsTable> {
  const table = await VisitsTable.create(lake, `v_${randomUUID().replaceAll('-', '')}`, {
    'format-version': version,
  })
  const { identifier } = table
  const change = (made: Parameters<typeof commitChange>[2]) => commitChange(lake.catalog, identifier, made)
  await table.append(1, [1, 20])
  await table.append(1, [21, 40])
  await table.append(2, [41, 60])
  await change(createReference({ name: 'first', type: 'tag' }))
  if (deletes === 'equality') await table.deleteByEquality(1, [3, 4, 25])
  else await table.delete(isIn('id', [3, 4, 25]))
  await change(createReference({ name: 'audit', type: 'branch' }))
  await table.append(1, [900, 905], 'audit')
  await change(updateSchema([{ change: 'add-column', name: 'note', type: 'string' }]))
  await change(updatePartitionSpec([{ change: 'add-field', column: 'page', transform: 'truncate[1]' }]))
  await table.append(1, [61, 80])
  await table.append(1, [81, 100])
  await table.delete(and(gtEq('id', 70), ltEq('id', 74)))
  if (deletes === 'equality') await table.deleteByEquality(2, [41, 42])
  await change(createReference({ name: 'month', type: 'tag' }))
  await table.append(2, [101, 120])
  await table.delete(isIn('id', [5, 110]))
  return table
}

/** As "Rewrite all files…" does: planned, then applied. */
const rewriteAll = async (table: VisitsTable) =>
  keep.apply(await keep.plan(table.id, 'compaction', { allFiles: true }))

async function compact(table: VisitsTable) {
  const sendJob = async () => randomUUID()
  const { runId } = await requestCompaction(
    lake.db,
    { tableId: table.id, tableName: 'visits', trigger: 'manual', requestedBy: 'test' },
    sendJob,
  )
  await runCompaction(
    {
      ...lake,
      log: logger(),
      worker: 'test',
      jobId: randomUUID(),
      sendJob,
      signal: new AbortController().signal,
      stopping: new AbortController().signal,
      lanes: 1,
      workDirectory: path.join(lake.directory, runId),
    },
    { runId, tableId: table.id },
  )
  expect((await keep.runOf(runId)).state).toBe('succeeded')
}

/** What of `before` is still there has the same rows; every file that is needed is there. */
async function expectSame(table: VisitsTable, before: Record<string, string>) {
  const after = await table.digests()
  for (const [name, digest] of Object.entries(after)) {
    if (name in before) expect(digest, name).toBe(before[name])
  }
  for (const name of ['main', 'first', 'audit', 'month']) expect(after[name], name).toBe(before[name])
  expect(await keep.missing(await keep.references(table.id))).toEqual([])
  return after
}

describe.each(kinds)('a table with $name', (kind) => {
  // PyIceberg does not read equality deletes.
  const byPyIceberg = kind.deletes !== 'equality'

  it('keeps its rows through compaction, manifests, expiry, undo, orphans and purge', async () => {
    const table = await grow(kind)
    const deleteFiles = (await listLiveFiles(await table.load())).flatMap(({ deletes }) => deletes)
    expect(new Set(deleteFiles.map(({ file }) => file.content)).has('equality-deletes')).toBe(
      kind.deletes === 'equality',
    )
    const before = await table.digests()
    expect(Object.values(before)).not.toContain('missing')
    if (byPyIceberg) expect(await pyIceberg(table)).toEqual(before)
    const check = async (options: { alsoPyIceberg: boolean } = { alsoPyIceberg: false }) => {
      const digests = await expectSame(table, before)
      if (byPyIceberg && options.alsoPyIceberg) expect(await pyIceberg(table)).toEqual(digests)
    }

    await compact(table)
    await check()

    const manifests = await keep.plan(table.id, 'rewrite-manifests')
    expect(manifests.state).toBe('draft')
    expect((await keep.apply(manifests)).state).toBe('succeeded')
    await check({ alsoPyIceberg: true })

    await keep.say(table.id, { 'compaction.strategy': 'z-order', 'compaction.zOrderColumns': ['id', 'page'] })
    expect(await rewriteAll(table)).toMatchObject({ state: 'succeeded' })
    await check({ alsoPyIceberg: true })

    const snapshots = (await table.load()).metadata.snapshots.length
    const undone = await keep.apply(await keep.plan(table.id, 'expire-snapshots', everything))
    expect(undone.state).toBe('succeeded')
    await check()
    expect((await restoreRun(lake, undone.id, 'test')).snapshots).toBeGreaterThan(3)
    expect((await table.load()).metadata.snapshots).toHaveLength(snapshots)
    await check({ alsoPyIceberg: true })

    const plan = await keep.plan(table.id, 'expire-snapshots', everything)
    const neededBefore = await table.needed()
    const expiry = await keep.apply(plan)
    expect(expiry.state).toBe('succeeded')
    const { snapshotsRemoved } = PlanSummarySchema.parse(plan.summary)
    expect((await table.load()).metadata.snapshots).toHaveLength(snapshots - snapshotsRemoved)
    // The tags, the branch and main: a snapshot each.
    expect((await table.load()).metadata.snapshots).toHaveLength(4)
    await check()

    const orphan = `${(await table.load()).metadata.location}/data/orphan.parquet`
    await lake.io.write(orphan, Buffer.from('nobody'))
    await makeOld(orphan, 100 * hour)
    for (const location of await keep.references(table.id)) await makeOld(location, 100 * hour)
    const orphans = await keep.apply(await keep.plan(table.id, 'remove-orphan-files', anyAge))
    expect(orphans.state).toBe('succeeded')
    await check()

    const needed = await table.needed()
    const gone: string[] = []
    for (const run of [expiry, orphans]) {
      expect(await keep.purge({ runId: run.id })).toMatchObject({
        state: 'succeeded',
        after: { keptFiles: 0 },
      })
      gone.push(...(await keep.ledger(run.id)).map(({ location }) => location))
    }
    expect(gone).toContain(orphan)
    expect(gone.length).toBeGreaterThan(5)
    expect(gone.filter((location) => needed.has(locationKey(location)))).toEqual([])
    expect(await keep.missing(gone)).toEqual(gone)
    // Nothing is left behind: what was needed before is needed still, or went.
    const went = new Set(gone.map(locationKey))
    const left = [...neededBefore].filter((key) => !needed.has(key) && !went.has(key))
    expect(left).toEqual([])
    await check({ alsoPyIceberg: true })

    // All days are long ago: main loses its rows, and nothing else does.
    await keep.say(table.id, { 'retention.column': 'day', 'retention.maxAgeMs': hour })
    const old = await keep.plan(table.id, 'delete-old-rows')
    const main = (await table.load()).metadata.currentSnapshotId
    expect((await keep.apply(old)).state).toBe('succeeded')
    const { main: emptied, ...kept } = await table.digests()
    expect(emptied).toMatch(/^0 /)
    expect(kept[String(main)]).toBe(before.main)
    for (const name of ['first', 'audit', 'month']) expect(kept[name], name).toBe(before[name])
    if (byPyIceberg) expect(await pyIceberg(table)).toEqual({ main: emptied, ...kept })
  })
})
