import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Transaction } from '#lib/db.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { createTestDatabase, type TestDatabase } from '../../../e2e/harness/database.ts'
import { appendFiles } from '../actions/append-files.ts'
import { rewriteDataFiles } from '../actions/rewrite-data-files.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { listFiles } from '../inspect/list-files.ts'
import { planFiles } from '../scan/plan-files.ts'
import { visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { type BuiltInCatalog, createBuiltInCatalog } from './built-in-catalog.ts'
import type { TableIdentifier } from './catalog.ts'

let database: TestDatabase
let catalog: BuiltInCatalog
let table: TableIdentifier
let tables = 0
const directory = mkdtempSync(path.join(tmpdir(), 'firn-catalog-'))
const warehouse = pathToFileURL(path.join(directory, 'warehouse')).href
const io = createFileIO({ cacheDirectory: path.join(directory, 'cache'), cacheBytes: 1_000_000 })

beforeAll(async () => {
  database = await createTestDatabase()
  catalog = await createBuiltInCatalog({ db: database.db, io, name: 'firn', warehouse })
  await catalog.createNamespace(['recipe_analytics'])
})
beforeEach(async () => {
  tables += 1
  table = { namespace: ['recipe_analytics'], name: `visits_${tables}` }
  await catalog.createTable(table, visitsRequest)
})
afterAll(async () => {
  await database?.drop()
  rmSync(directory, { recursive: true, force: true })
})

const append = (day: number) => appendFiles({ files: [visitsFile({ day, ids: [1n, 10n] })] })
const row = async () => database.db.icebergTable.findFirstOrThrow({ where: { name: table.name } })
/** The same store as an object whose methods can be replaced. */
const bound = (store: FileIO): FileIO => ({
  read: store.read.bind(store),
  readStream: store.readStream.bind(store),
  write: store.write.bind(store),
  stat: store.stat.bind(store),
  list: store.list.bind(store),
  delete: store.delete.bind(store),
  localize: store.localize.bind(store),
  publish: store.publish.bind(store),
})
/** A row of another table, as a stand-in for "these staged files are committed". */
const note = (tx: Transaction, action: string) =>
  tx.auditEvent.create({ data: { action, actorType: 'test', actorName: 'test', subject: table.name } })
const notes = () => database.db.auditEvent.findMany({ where: { subject: table.name } })

describe('namespaces and tables', () => {
  it('lists, nests and refuses what exists or is missing', async () => {
    await catalog.createNamespace(['mall'], { owner: 'data team' })
    await catalog.createNamespace(['mall', 'orders'])
    expect((await catalog.listNamespaces()).map((one) => one.levels)).toContainEqual(['mall'])
    expect((await catalog.listNamespaces(['mall'])).map((one) => one.levels)).toEqual([['mall', 'orders']])
    expect((await catalog.loadNamespace(['mall'])).properties).toEqual({ owner: 'data team' })
    await expect(catalog.createNamespace(['mall'])).rejects.toMatchObject({ code: 'already-exists' })
    await expect(catalog.createNamespace(['none', 'x'])).rejects.toMatchObject({ code: 'not-found' })
    await expect(catalog.createNamespace(['a/b'])).rejects.toMatchObject({ code: 'bad-input' })
    await expect(catalog.loadNamespace(['none'])).rejects.toMatchObject({ code: 'not-found' })
  })

  it('creates a table under the warehouse, and loads it by name and id', async () => {
    const loaded = await catalog.loadTable(table)
    expect(loaded.metadata.location).toMatch(
      new RegExp(`^${warehouse}/recipe_analytics/${table.name}-[0-9a-f]{8}$`),
    )
    expect(loaded.metadataLocation).toMatch(/\/metadata\/00000-[0-9a-f-]{36}\.metadata\.json$/)
    expect((await catalog.loadTableById(loaded.id)).identifier).toEqual(table)
    expect(await catalog.listTables(['recipe_analytics'])).toContainEqual(table)
    await expect(catalog.createTable(table, visitsRequest)).rejects.toMatchObject({ code: 'already-exists' })
    await expect(catalog.loadTable({ ...table, name: 'none' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('forgets a dropped table', async () => {
    await catalog.dropTable(table)
    await expect(catalog.loadTable(table)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('undrops a table, under another name where its own is taken', async () => {
    const before = await catalog.loadTable(table)
    await catalog.dropTable(table, { purge: true })
    await catalog.createTable(table, visitsRequest)
    expect(await catalog.listTables(['recipe_analytics'])).toContainEqual(table)
    expect((await catalog.listNamespaces()).every(({ levels }) => levels.length === 1)).toBe(true)
    const dropped = (await catalog.listDropped(['recipe_analytics'])).find(({ id }) => id === before.id)
    expect(dropped).toMatchObject({ identifier: table, purgeRequested: true })
    await expect(catalog.undropTable(before.id)).rejects.toMatchObject({ code: 'already-exists' })
    const other = { ...table, name: `${table.name}_back` }
    expect(await catalog.undropTable(before.id, other)).toEqual({ ...before, identifier: other })
    expect((await catalog.loadTable(other)).metadata).toEqual(before.metadata)
    expect((await catalog.listDropped()).map(({ id }) => id)).not.toContain(before.id)
    await expect(catalog.undropTable(before.id)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('undrops for seven days only', async () => {
    const { id } = await catalog.loadTable(table)
    await catalog.dropTable(table)
    const day = 24 * 60 * 60 * 1000
    const droppedDaysAgo = (days: number) =>
      database.db.icebergTable.update({
        where: { id },
        data: { droppedAt: new Date(Date.now() - days * day) },
      })
    await droppedDaysAgo(7.01)
    expect((await catalog.listDropped()).map((one) => one.id)).not.toContain(id)
    await expect(catalog.undropTable(id)).rejects.toMatchObject({ code: 'not-found' })
    await droppedDaysAgo(6.99)
    expect((await catalog.undropTable(id)).identifier).toEqual(table)
  })

  it('drops a namespace whose tables were dropped, and undrops these once it is back', async () => {
    const levels = [`gone_${tables}`]
    const moved = { namespace: levels, name: 'visits' }
    await catalog.createNamespace(levels)
    await expect(catalog.renameTable(table, moved)).resolves.toBeUndefined()
    await expect(catalog.dropNamespace(levels)).rejects.toMatchObject({
      code: 'conflict',
      context: { problem: 'namespace-not-empty' },
    })
    const { id } = await catalog.loadTable(moved)
    await catalog.dropTable(moved)
    await catalog.dropNamespace(levels)
    await expect(catalog.undropTable(id)).rejects.toMatchObject({ context: { problem: 'no-namespace' } })
    await catalog.createNamespace(levels)
    expect((await catalog.undropTable(id)).identifier).toEqual(moved)
  })

  it('lets nobody commit to a table that was dropped meanwhile', async () => {
    const base = await catalog.loadTable(table)
    const droppedWhileWriting: FileIO = {
      ...bound(io),
      write: async (...args) => {
        await catalog.dropTable(table)
        return io.write(...args)
      },
    }
    const racing = await createBuiltInCatalog({
      db: database.db,
      io: droppedWhileWriting,
      name: 'firn',
      warehouse,
    })
    const updates = [{ action: 'set-properties' as const, updates: { a: '1' } }]
    await expect(racing.commitTable(table, { requirements: [], updates })).rejects.toMatchObject({
      code: 'conflict',
      context: { problem: 'stale-base' },
    })
    expect((await catalog.undropTable(base.id)).metadataLocation).toBe(base.metadataLocation)
  })

  it('keeps a table that a pipeline still writes to', async () => {
    const { id } = await catalog.loadTable(table)
    const data = { name: table.name, mapping: 'recipe-events', tableId: id, errorTableId: id }
    await database.db.pipeline.create({ data })
    await expect(catalog.dropTable(table)).rejects.toMatchObject({ code: 'conflict', retryable: false })
    expect((await catalog.loadTable(table)).id).toBe(id)
  })

  it('replaces what would be read differently in locations', async () => {
    const { metadata } = await catalog.createTable({ ...table, name: `방문 100% ${tables}` }, visitsRequest)
    expect(metadata.location).toMatch(/\/recipe_analytics\/___100__\d+-[0-9a-f]{8}$/)
  })
})

describe('commits', () => {
  it('keep the totals of the current snapshot beside the pointer', async () => {
    await commitWithRetry(catalog, table, append(1))
    const { snapshot } = await commitWithRetry(catalog, table, append(2))
    expect(await row()).toMatchObject({
      currentSnapshotId: snapshot.snapshotId,
      records: 20n,
      dataFiles: 2n,
      bytes: 2000n,
      partitions: 2,
      formatVersion: 2,
      lastCommitAt: new Date(snapshot.timestampMs),
    })
    const { metadataLocation, previousMetadataLocation } = await row()
    const { metadata } = await catalog.loadTable(table)
    expect(metadataLocation).toMatch(/\/00002-/)
    expect(metadata.metadataLog.at(-1)?.metadataFile).toBe(previousMetadataLocation)
  })

  it('lose no update when twelve writers commit at once', async () => {
    const days = Array.from({ length: 12 }, (_, day) => day)
    const outcomes = await Promise.all(
      days.map((day) => commitWithRetry(catalog, table, append(day), { maxAttempts: 50, minWaitMs: 5 })),
    )
    const loaded = await catalog.loadTable(table)
    const planned = (await planFiles(loaded)).map(({ file }) => Number(file.partition.day))
    expect(planned.sort((a, b) => a - b)).toEqual(days)
    expect(loaded.metadata.snapshots.map((one) => one.sequenceNumber)).toEqual(
      days.map((day) => BigInt(day + 1)),
    )
    expect(outcomes.some((outcome) => outcome.attempts > 1)).toBe(true)
    expect((await row()).records).toBe(120n)
    // Each lost try removed its metadata file, manifest list and manifest.
    const stored: string[] = []
    for await (const file of io.list(`${loaded.metadata.location}/metadata`)) stored.push(file.location)
    expect(stored.filter((location) => location.includes('/snap-'))).toHaveLength(12)
    expect(stored.filter((location) => location.endsWith('.metadata.json'))).toHaveLength(13)
  })

  it('lose no update when appends race with a rewrite', async () => {
    const remove = [visitsFile({ day: 1, ids: [1n, 5n] }), visitsFile({ day: 1, ids: [6n, 10n] })]
    const { snapshot } = await commitWithRetry(catalog, table, appendFiles({ files: remove }))
    const rewrite = rewriteDataFiles({
      remove,
      add: [visitsFile({ day: 1, ids: [1n, 10n] })],
      startingSnapshotId: snapshot.snapshotId,
    })
    const actions = [rewrite, ...Array.from({ length: 6 }, () => append(1))]
    await Promise.all(
      actions.map((action) => commitWithRetry(catalog, table, action, { maxAttempts: 50, minWaitMs: 5 })),
    )
    const files = await listFiles(await catalog.loadTable(table))
    expect(files).toHaveLength(7)
    expect((await row()).records).toBe(70n)
    expect(files.some(({ file }) => remove.some((old) => old.filePath === file.filePath))).toBe(false)
  })

  it('record what is done within them, together', async () => {
    const { table: after } = await commitWithRetry(catalog, table, append(1), {
      within: async (tx, { metadata, metadataLocation }) => {
        expect(metadata.currentSnapshotId).toBeDefined()
        await note(tx, metadataLocation)
      },
    })
    expect((await notes()).map((one) => one.action)).toEqual([after.metadataLocation])
  })

  it('roll back together when what is done within them fails', async () => {
    const before = await row()
    const within = async (tx: Transaction) => {
      await note(tx, 'lost')
      throw new Error('the worker was fenced off')
    }
    await expect(commitWithRetry(catalog, table, append(1), { within })).rejects.toThrow('fenced off')
    expect(await row()).toEqual(before)
    expect(await notes()).toEqual([])
    const stored: string[] = []
    for await (const file of io.list(`${before.location}/metadata`)) stored.push(file.location)
    expect(stored).toEqual([before.metadataLocation])
  })

  it('do what is within them once per landed commit, however many tries it took', async () => {
    let raced = false
    await commitWithRetry(catalog, table, append(1), {
      minWaitMs: 1,
      within: async (tx) => {
        await note(tx, 'committed')
        if (raced) return
        raced = true
        // Postgres' answer to a deadlock: rolled back, try again.
        await tx.$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$`
      },
    })
    expect(await notes()).toHaveLength(1)
    expect((await row()).records).toBe(10n)
  })

  it('find out that a transaction landed although its answer was lost', async () => {
    const { metadataLocation } = await catalog.loadTable(table)
    const db = new Proxy(database.db, {
      get(target, property) {
        if (property !== '$transaction') return Reflect.get(target, property)
        return async (work: (tx: Transaction) => Promise<void>) => {
          await target.$transaction(work)
          throw new Error('Connection terminated unexpectedly')
        }
      },
    })
    const unlucky = await createBuiltInCatalog({ db, io, name: 'firn', warehouse })
    await commitWithRetry(unlucky, table, append(1), {
      within: (tx) => note(tx, 'landed').then(() => undefined),
    })
    expect((await row()).previousMetadataLocation).toBe(metadataLocation)
    expect(await notes()).toHaveLength(1)
    expect(await planFiles(await catalog.loadTable(table))).toHaveLength(1)
  })

  it('of one statement are found out about in the same way', async () => {
    const { metadataLocation } = await catalog.loadTable(table)
    const { icebergTable } = database.db
    let lost = 0
    const losesAnswers = new Proxy(icebergTable, {
      get(target, property) {
        if (property !== 'updateMany') return Reflect.get(target, property)
        return async (change: Parameters<typeof icebergTable.updateMany>[0]) => {
          await target.updateMany(change)
          lost += 1
          throw new Error('Connection terminated unexpectedly')
        }
      },
    })
    const db = new Proxy(database.db, {
      get: (target, property) => (property === 'icebergTable' ? losesAnswers : Reflect.get(target, property)),
    })
    const unlucky = await createBuiltInCatalog({ db, io, name: 'firn', warehouse })
    const updates = [{ action: 'set-properties' as const, updates: { a: '1' } }]
    const committed = await unlucky.commitTable(table, { requirements: [], updates })
    expect(lost).toBe(1)
    expect(await row()).toMatchObject({
      metadataLocation: committed.metadataLocation,
      previousMetadataLocation: metadataLocation,
    })
    expect((await catalog.loadTable(table)).metadata.properties).toMatchObject({ a: '1' })
  })
})
