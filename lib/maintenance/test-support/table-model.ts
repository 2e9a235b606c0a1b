import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { isAppError } from '#lib/errors.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { createReference, dropReference, fastForward } from '#lib/iceberg/actions/manage-references.ts'
import { rollbackToSnapshot } from '#lib/iceberg/actions/rollback.ts'
import { type BuiltInTable, createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { and, gtEq, ltEq } from '#lib/iceberg/scan/expression.ts'
import { visits, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { logger } from '#lib/log.ts'
import { deleteRows } from '#lib/row-level/delete-rows.ts'
import { scanTable } from '#lib/row-level/local-table-scan.ts'
import { overwriteRows } from '#lib/row-level/overwrite-rows.ts'
import { writeVisits } from '#lib/row-level/test-support/local-table.ts'
import type { Lakehouse } from '../../../e2e/harness/lakehouse.ts'
import type { PlanAction, PlanOptions } from '../plans/plan-types.ts'
import { restoreRun } from '../quarantine/restore-files.ts'
import { requestCompaction } from '../request-compaction.ts'
import { runCompaction } from '../run-compaction.ts'
import { Life, mortal } from './mortal.ts'
import { anyAge, type UpkeepTarget, upkeep } from './upkeep.ts'

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Rows = ReadonlySet<number>
const sendJob = async () => randomUUID()
/** Most lives end within an operation, some survive it. */
const longestLife = 90

/**
 * A real table under random writes, maintenance and crashes beside the simplest possible idea of it: the ids that each
 * snapshot has, and what each branch and tag points to. Whatever the table is put through, the two agree, every file that
 * a snapshot refers to is there, and in the end nothing else is.
 */
export class TableModel {
  readonly #lake: Lakehouse
  readonly #random: () => number
  readonly #keep: ReturnType<typeof upkeep>
  readonly #tableId: string
  /** Rows of every snapshot that ever was. */
  readonly #rows = new Map<bigint, Rows>()
  /** Branches and tags, main aside. */
  readonly #refs = new Map<string, bigint>()
  /** Runs whose quarantine can still be undone, with the snapshots they took away. */
  readonly #undoable = new Map<string, bigint[]>()
  #nextId = 1
  /** Nobody else writes. */
  #alone = false
  #names = 0
  /** What was done, for the message of a failure. */
  readonly log: string[] = []
  crashes = 0

  private constructor(lake: Lakehouse, tableId: string, seed: number) {
    this.#lake = lake
    this.#tableId = tableId
    this.#random = randomOf(seed)
    this.#keep = upkeep(lake)
  }

  static async create(lake: Lakehouse, formatVersion: '2' | '3', seed: number): Promise<TableModel> {
    const identifier = { ...visits, namespace: [`model_${formatVersion}_${seed}`] }
    await lake.catalog.createNamespace(identifier.namespace)
    const table = await lake.catalog.createTable(identifier, {
      ...visitsRequest,
      properties: { 'format-version': formatVersion, 'write.metadata.previous-versions-max': '5' },
    })
    return new TableModel(lake, table.id, seed)
  }

  #load = (): Promise<BuiltInTable> => this.#lake.catalog.loadTableById(this.#tableId)
  #pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(this.#random() * items.length)]
  #below = (limit: number): number => Math.floor(this.#random() * limit)

  /** One random operation, with a crash in the middle now and then, then the comparison. */
  async step(): Promise<void> {
    const operations: [weight: number, run: () => Promise<void>][] = [
      [8, () => this.#append()],
      [4, () => this.#delete()],
      [2, () => this.#overwrite()],
      [2, () => this.#createReference()],
      [1, () => this.#dropReference()],
      [1, () => this.#fastForward()],
      [1, () => this.#rollback()],
      [3, () => this.#compact()],
      [3, () => this.#expire()],
      [2, () => this.#plan('remove-orphan-files', anyAge)],
      [1, () => this.#plan('rewrite-manifests')],
      [2, () => this.#purge()],
      [2, () => this.#undo()],
    ]
    const total = operations.reduce((sum, [weight]) => sum + weight, 0)
    let left = this.#random() * total
    for (const [weight, run] of operations) {
      left -= weight
      if (left >= 0) continue
      await run()
      break
    }
    await this.#compare()
  }

  /** Runs an operation as a process of its own, which may die in the middle. Returns whether it did. */
  async #live(work: (target: UpkeepTarget) => Promise<void>): Promise<boolean> {
    const { db, io } = this.#lake
    if (this.#random() < 0.6) {
      await work(this.#lake)
      return false
    }
    const life = new Life(1 + this.#below(longestLife))
    const mine = { db: mortal(db, life), io: mortal(io, life) }
    try {
      const warehouse = (await db.catalog.findFirstOrThrow({ where: { name: 'firn' } })).warehouse
      const catalog = await createBuiltInCatalog({ ...mine, name: 'firn', warehouse })
      await work({ ...mine, catalog })
    } catch (error) {
      if (!life.dead) throw error
    }
    if (life.dead) {
      this.crashes += 1
      this.log.push('  … and died in the middle')
    }
    return life.dead
  }

  /** Gives new snapshots their rows: what `next` makes of their parent's. */
  async #learn(next: (rows: Rows) => Rows): Promise<void> {
    const { metadata } = await this.#load()
    for (const { snapshotId, parentSnapshotId } of metadata.snapshots) {
      if (this.#rows.has(snapshotId)) continue
      const parent = parentSnapshotId === undefined ? new Set<number>() : this.#rows.get(parentSnapshotId)
      if (!parent) throw new Error(`Snapshot ${snapshotId} has a parent nobody has seen.`)
      this.#rows.set(snapshotId, next(parent))
    }
  }

  async #append(): Promise<void> {
    const from = this.#nextId
    const to = from + this.#below(40)
    this.#nextId = to + 1
    this.log.push(`append ${from}–${to}`)
    const day = this.#below(3)
    await this.#live(async ({ catalog }) => {
      const table = await catalog.loadTableById(this.#tableId)
      const file = await writeVisits(this.#lake, table, day, [from, to])
      await commitWithRetry(catalog, table.identifier, appendFiles({ files: [file] }))
    })
    const added = Array.from({ length: to - from + 1 }, (_, index) => from + index)
    await this.#learn((rows) => new Set([...rows, ...added]))
  }

  /** A range of ids that may have rows. */
  #range(): { from: number; to: number; without: (rows: Rows) => Rows } {
    const from = this.#below(this.#nextId)
    const to = from + this.#below(30)
    return { from, to, without: (rows) => new Set([...rows].filter((id) => id < from || id > to)) }
  }

  async #change(target: UpkeepTarget) {
    const { identifier } = await target.catalog.loadTableById(this.#tableId)
    const workDirectory = path.join(this.#lake.directory, randomUUID())
    await mkdir(workDirectory)
    return { identifier, context: { engine: this.#lake.engine, catalog: target.catalog, workDirectory } }
  }

  async #delete(): Promise<void> {
    const { from, to, without } = this.#range()
    const mode = this.#random() < 0.6 ? 'merge-on-read' : 'copy-on-write'
    this.log.push(`delete ${from}–${to} ${mode}`)
    await this.#live(async (target) => {
      const { identifier, context } = await this.#change(target)
      await deleteRows(context, {
        identifier,
        filter: and(gtEq('id', BigInt(from)), ltEq('id', BigInt(to))),
        mode,
      })
    })
    await this.#learn(without)
  }

  async #overwrite(): Promise<void> {
    const { from, to, without } = this.#range()
    const id = this.#nextId
    this.#nextId += 1
    this.log.push(`overwrite ${from}–${to} with ${id}`)
    await this.#live(async (target) => {
      const { identifier, context } = await this.#change(target)
      const table = await target.catalog.loadTable(identifier)
      const add = [await writeVisits(this.#lake, table, this.#below(3), [id, id])]
      await overwriteRows(context, {
        identifier,
        filter: and(gtEq('id', BigInt(from)), ltEq('id', BigInt(to))),
        add,
      })
    })
    await this.#learn((rows) => new Set([...without(rows), id]))
  }

  async #createReference(): Promise<void> {
    const { identifier, metadata } = await this.#load()
    const snapshot = this.#pick(metadata.snapshots)
    if (!snapshot || this.#refs.size >= 4) return
    this.#names += 1
    const type = this.#random() < 0.5 ? 'branch' : 'tag'
    const name = `${type}-${this.#names}`
    this.log.push(`create ${name} at ${snapshot.snapshotId}`)
    const { snapshotId } = snapshot
    await commitChange(this.#lake.catalog, identifier, createReference({ name, type, snapshotId }))
    this.#refs.set(name, snapshotId)
  }

  async #dropReference(): Promise<void> {
    const name = this.#pick([...this.#refs.keys()])
    if (name === undefined) return
    this.log.push(`drop ${name}`)
    await commitChange(this.#lake.catalog, (await this.#load()).identifier, dropReference(name))
    this.#refs.delete(name)
  }

  async #fastForward(): Promise<void> {
    const name = this.#pick([...this.#refs.keys()].filter((one) => one.startsWith('branch')))
    const { identifier, metadata } = await this.#load()
    const main = metadata.currentSnapshotId
    if (name === undefined || main === undefined) return
    this.log.push(`fast-forward ${name} to main`)
    try {
      await commitChange(this.#lake.catalog, identifier, fastForward(name, 'main'))
      this.#refs.set(name, main)
    } catch (error) {
      // Its snapshots are not main's.
      if (!isAppError(error, 'bad-input')) throw error
    }
  }

  async #rollback(): Promise<void> {
    const { identifier, metadata } = await this.#load()
    const snapshot = this.#pick(metadata.snapshots.slice(-4))
    if (!snapshot) return
    this.log.push(`roll back to ${snapshot.snapshotId}`)
    await commitChange(this.#lake.catalog, identifier, rollbackToSnapshot(snapshot.snapshotId)).catch(
      (error: unknown) => {
        if (!isAppError(error, 'bad-input')) throw error
      },
    )
  }

  async #compact(): Promise<void> {
    this.log.push('compact')
    const table = { tableId: this.#tableId, tableName: 'visits' }
    const request = { ...table, trigger: 'manual' as const, requestedBy: 'test' }
    const { runId } = await requestCompaction(this.#lake.db, request, sendJob)
    await this.#untilDone((target) =>
      runCompaction(
        {
          ...target,
          engine: this.#lake.engine,
          log: logger(),
          worker: 'model',
          jobId: randomUUID(),
          sendJob,
          signal: new AbortController().signal,
          stopping: new AbortController().signal,
          lanes: 1,
          workDirectory: path.join(this.#lake.directory, 'compaction', randomUUID()),
        },
        { runId, tableId: this.#tableId },
      ),
    )
    await this.#learn((rows) => rows)
  }

  /** A job whose process died is given to the next one, until one survives it. */
  async #untilDone(work: (target: UpkeepTarget) => Promise<void>): Promise<void> {
    while (await this.#live(work));
  }

  async #expire(): Promise<void> {
    await this.#plan('expire-snapshots', { maxSnapshotAgeMs: 0, minSnapshotsToKeep: 1 + this.#below(4) })
  }

  async #plan(action: PlanAction, options: PlanOptions = {}): Promise<void> {
    this.log.push(`${action} ${JSON.stringify(options)}`)
    const before = (await this.#load()).metadata
    const plan = await this.#keep.plan(this.#tableId, action, options)
    if (plan.state === 'nothing-to-do') return
    // Now and then somebody writes between the plan and what it leads to.
    if (!this.#alone && this.#random() < 0.3) await this.#append()
    const runId = await this.#keep.request(plan)
    await this.#untilDone((target) => upkeep(target).work(runId, plan.id))
    await this.#learn((rows) => rows)
    const { state } = await this.#keep.runOf(runId)
    this.log.push(`  run ${runId} ${state}`)
    if (state !== 'succeeded' || action === 'rewrite-manifests') return
    const left = new Set((await this.#load()).metadata.snapshots.map(({ snapshotId }) => snapshotId))
    const gone = before.snapshots.map(({ snapshotId }) => snapshotId).filter((id) => !left.has(id))
    if (action === 'expire-snapshots') this.#assertExpiry(before, options.minSnapshotsToKeep ?? 1, left)
    this.#undoable.set(runId, gone)
  }

  /** Straight from the sentence: each branch keeps its newest `minimum`, each tag its one, nothing else is kept. */
  #assertExpiry(
    { currentSnapshotId, snapshots }: BuiltInTable['metadata'],
    minimum: number,
    left: ReadonlySet<bigint>,
  ): void {
    const parents = new Map(snapshots.map((one) => [one.snapshotId, one.parentSnapshotId]))
    const expected = new Set<bigint>()
    for (const [name, head] of [['main', currentSnapshotId] as const, ...this.#refs]) {
      let at: bigint | undefined = head
      for (let count = 0; at !== undefined && parents.has(at); count += 1) {
        if (count < (name.startsWith('tag') ? 1 : minimum)) expected.add(at)
        at = parents.get(at)
      }
    }
    const wrong = [
      ...[...expected].filter((id) => !left.has(id)).map((id) => `${id} is gone`),
      ...snapshots
        .filter(({ snapshotId }) => left.has(snapshotId) && !expected.has(snapshotId))
        .map(({ snapshotId }) => `${snapshotId} is still there`),
    ]
    if (wrong.length > 0) throw new Error(`Expiry that keeps ${minimum}: ${wrong.join(', ')}.`)
  }

  async #purge(): Promise<void> {
    const runId = this.#pick([...this.#undoable.keys()])
    if (runId === undefined) return
    this.log.push(`purge ${runId}`)
    this.#undoable.delete(runId)
    const died = await this.#live(async (target) => {
      await upkeep(target).purge({ runId })
    })
    // What a dead purge left is taken up by the next one, whatever that is about.
    if (died) await this.#keep.purge({ due: true })
  }

  async #undo(): Promise<void> {
    const runId = this.#pick([...this.#undoable.keys()])
    if (runId === undefined) return
    const plan = await this.#lake.db.maintenancePlan.findUnique({ where: { runId } })
    // Orphans brought back are somebody's own files from then on.
    if (plan?.action !== 'expire-snapshots') return
    this.log.push(`undo ${runId}`)
    try {
      await restoreRun(this.#lake, runId, 'model')
    } catch (error) {
      // Another run's purge had some of the files.
      if (!isAppError(error, 'gone')) throw error
      this.log.push('  … too late')
      this.#undoable.delete(runId)
      return
    }
    const back = new Set((await this.#load()).metadata.snapshots.map(({ snapshotId }) => snapshotId))
    const missing = (this.#undoable.get(runId) ?? []).filter((id) => !back.has(id))
    this.#undoable.delete(runId)
    if (missing.length > 0) throw new Error(`Undone, but snapshots ${missing.join(', ')} are not back.`)
  }

  async #compare(): Promise<void> {
    const table = await this.#load()
    const { metadata } = table
    const found = Object.entries(metadata.refs).filter(([name]) => name !== 'main')
    const refs = JSON.stringify(found.map(([name, { snapshotId }]) => `${name} ${snapshotId}`).sort())
    const expected = JSON.stringify([...this.#refs].map(([name, id]) => `${name} ${id}`).sort())
    if (refs !== expected) throw new Error(`References: expected ${expected}, found ${refs}.`)
    const missing = await this.#keep.missing(await this.#keep.references(this.#tableId))
    if (missing.length > 0) throw new Error(`Files that the table refers to are gone: ${missing.join(', ')}.`)
    await this.#compareRows(table, metadata.currentSnapshotId)
    await this.#compareRows(table, this.#pick(metadata.snapshots)?.snapshotId)
  }

  async #compareRows(table: BuiltInTable, snapshotId: bigint | undefined): Promise<void> {
    if (snapshotId === undefined) return
    const { rows } = await this.#lake.engine.run('query', {
      sql: 'SELECT id, page FROM visits ORDER BY id',
      tables: { visits: await scanTable(table, { snapshotId }) },
    })
    const found = rows.map(({ id, page }) => `${id} ${page}`).join()
    const ids = [...(this.#rows.get(snapshotId) ?? [])].sort((one, other) => one - other)
    if (found !== ids.map((id) => `${id} p${id}`).join()) {
      throw new Error(`Snapshot ${snapshotId}: expected the rows ${ids}, found ${rows.map(({ id }) => id)}.`)
    }
  }

  /** Every snapshot once more; then everything is expired and purged, and nothing is left but what the table needs. */
  async finish(): Promise<void> {
    this.log.push('finish')
    this.#alone = true
    const table = await this.#load()
    for (const { snapshotId } of table.metadata.snapshots) await this.#compareRows(table, snapshotId)
    await this.#plan('expire-snapshots', { maxSnapshotAgeMs: 0, minSnapshotsToKeep: 1 })
    await this.#plan('remove-orphan-files', anyAge)
    await this.#compare()
    await this.#lake.db.quarantinedFile.updateMany({
      where: { tableId: this.#tableId, state: 'quarantined' },
      data: { purgeAfter: new Date(0) },
    })
    await this.#keep.purge({ due: true })
    await this.#compare()
    // What a person brought back from quarantine is not taken away again.
    const restored = await this.#lake.db.quarantinedFile.findMany({
      where: { tableId: this.#tableId, state: 'restored' },
      select: { location: true },
    })
    const needed = new Set([
      ...(await this.#keep.references(this.#tableId)),
      ...restored.map(({ location }) => location),
    ])
    const left: string[] = []
    for await (const { location } of this.#lake.io.list(table.metadata.location)) {
      if (!needed.has(location)) left.push(location)
    }
    if (left.length > 0) throw new Error(`Files that nobody needs are left: ${left.join(', ')}.`)
  }
}
