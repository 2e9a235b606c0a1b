import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { and, eq, gt, gtEq, isIn, lt } from '#lib/iceberg/scan/expression.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { parseTableName } from '#lib/ingest/parse-table-name.ts'
import type { DeleteMode } from '#lib/row-level/delete-rows.ts'
import { pythonWithPyIceberg } from '../../scripts/servers/python.ts'
import { createEngineWorkspace, type EngineWorkspace } from './engine-workspace.ts'
import { type Peer, startPeer } from './peer.ts'
import type { NewRows } from './write-rows.ts'

/** PyIceberg and Firn work on the same tables through the catalog, and each reads the same rows: `npm run test:pyiceberg`. */

let firn: EngineWorkspace
let pyiceberg: Peer
let table: string
let tables = 0

beforeAll(async () => {
  const python = await pythonWithPyIceberg()
  firn = await createEngineWorkspace()
  const { server, tokens } = firn.rest
  const script = fileURLToPath(new URL('./pyiceberg_peer.py', import.meta.url))
  pyiceberg = startPeer(python, [script, server.url, tokens.engineer])
  await pyiceberg.ask('namespace', { path: ['py'], action: 'create' })
})
afterAll(async () => {
  await pyiceberg?.close()
  await firn?.close()
})
beforeEach(() => {
  tables += 1
  table = `py.t${tables}`
})

const ask = (operation: string, request: Record<string, unknown> = {}) =>
  pyiceberg.ask(operation, { table, ...request })
const snapshots = async () => (await ask('snapshots')) as string[]

/** Both read the same rows now and at every snapshot; `rows`: how many there are now. */
async function expectSameRows(rows: number): Promise<void> {
  const ours = await firn.digest(table)
  expect(await pyiceberg.digest('read', { table })).toEqual(ours)
  expect(ours.rows).toBe(rows)
  for (const snapshot of await snapshots()) {
    const then = await firn.digest(table, { snapshotId: BigInt(snapshot) })
    expect(await pyiceberg.digest('read', { table, snapshot })).toEqual(then)
  }
}

describe('Firn reads what PyIceberg writes', () => {
  it('has values of all types', async () => {
    await ask('create', { schema: 'types' })
    await ask('append', { ids: [0, 60] })
    await expectSameRows(60)
  })

  it.each([
    [1, 'none'],
    [1, 'day'],
    [2, 'day'],
    [2, 'name'],
  ])(
    'has the rows of format version %i, partitioned by %s, after every kind of write',
    async (version, spec) => {
      await ask('create', { schema: 'people', version, spec, sorted_by: 1 })
      await ask('append', { ids: [0, 50] })
      await ask('append', { ids: [50, 80] })
      await expectSameRows(80)
      await ask('delete', { where: 'id >= 10 and id < 20' })
      await expectSameRows(70)
      await ask('overwrite', { ids: [100, 105], where: 'id < 5 or id = 60' })
      await expectSameRows(69)
      expect(await ask('upsert', { ids: [75, 85] })).toEqual([5, 5])
      await expectSameRows(74)
      await ask('overwrite', { ids: [0, 7] })
      await expectSameRows(7)
    },
  )

  it('has the rows of partitions that were overwritten', async () => {
    await ask('create', { schema: 'people', spec: 'name' })
    await ask('append', { ids: [0, 30] })
    const before = await firn.digest(table)
    await ask('overwrite_partitions', { ids: [0, 1] })
    const after = await firn.digest(table)
    expect(after.rows).toBeLessThan(before.rows)
    await expectSameRows(after.rows)
  })

  it('follows schemas and partition specs', async () => {
    await ask('create', { schema: 'people', spec: 'name' })
    await ask('append', { ids: [0, 20] })
    expect(await ask('evolve_schema')).toEqual(['point', 'id', 'label', 'age', 'tags'])
    expect(await ask('evolve_spec')).toEqual(['name', 'id_bucket'])
    await ask('append', { ids: [20, 40] })
    await ask('delete', { where: 'id = 3 or id = 33' })
    await expectSameRows(38)
    const filter = { ours: and(eq('label', 'ice'), gt('id', 7)), theirs: "label = 'ice' and id > 7" }
    const ours = await firn.digest(table, { filter: filter.ours, where: filter.theirs })
    expect(ours.rows).toBeGreaterThan(0)
    expect(await pyiceberg.digest('read', { table, where: filter.theirs })).toEqual(ours)
  })

  it('reads a table after it was upgraded from format version 1', async () => {
    await ask('create', { schema: 'people', version: 1 })
    await ask('append', { ids: [0, 10] })
    expect(await ask('upgrade', { version: 2 })).toBe(2)
    await ask('append', { ids: [10, 20] })
    await ask('delete', { where: 'id = 3' })
    await expectSameRows(19)
  })

  it('knows branches and tags, rolled back and expired snapshots', async () => {
    await ask('create', { schema: 'people' })
    for (const start of [0, 10, 20]) await ask('append', { ids: [start, start + 10] })
    const [first = '', second = '', third = ''] = await snapshots()
    await ask('manage', { action: 'create_tag', snapshot_id: first, tag_name: 'eod' })
    await ask('manage', { action: 'create_branch', snapshot_id: second, branch_name: 'audit' })
    await ask('append', { ids: [100, 105], branch: 'audit' })
    const refs = (await firn.load(table)).metadata.refs
    expect(await ask('refs')).toEqual(
      Object.fromEntries(Object.entries(refs).map(([name, ref]) => [name, String(ref.snapshotId)])),
    )
    for (const [ref, rows] of [
      ['main', 30],
      ['eod', 10],
      ['audit', 25],
    ] as const) {
      const ours = await firn.digest(table, { snapshotId: refs[ref]?.snapshotId ?? 0n })
      expect(ours.rows).toBe(rows)
      expect(await pyiceberg.digest('read', { table, ref })).toEqual(ours)
    }
    await ask('manage', { action: 'remove_branch', branch_name: 'audit' })
    await ask('manage', { action: 'rollback_to_snapshot', snapshot_id: second })
    await expectSameRows(20)
    await ask('manage', { action: 'remove_tag', tag_name: 'eod' })
    await ask('expire', { snapshot: third })
    expect(await snapshots()).not.toContain(third)
    await expectSameRows(20)
  })

  it('takes a table and its rows, and properties and rows, in one commit', async () => {
    await ask('create_and_fill', { ids: [0, 12] })
    expect(await snapshots()).toHaveLength(1)
    await expectSameRows(12)
    const properties = await ask('properties', { changes: { owner: '눈' }, removals: [] })
    expect(properties).toMatchObject({ owner: '눈' })
    expect((await firn.load(table)).metadata.properties.owner).toBe('눈')
    await expectSameRows(15)
  })

  it('answers metadata tables', async () => {
    await ask('create', { schema: 'people', spec: 'name' })
    await ask('append', { ids: [0, 30] })
    await ask('delete', { where: 'id = 3' })
    for (const what of ['snapshots', 'files', 'manifests', 'partitions', 'entries', 'refs', 'history']) {
      expect(await ask('inspect', { what })).toBeGreaterThan(0)
    }
  })
})

describe('two writers at once', () => {
  it('keeps the rows of both appends', async () => {
    await ask('create', { schema: 'people' })
    await ask('append_stale', { first: [0, 5], second: [5, 9] })
    await expectSameRows(9)
  })

  it('does not bring back what Firn deleted under a delete of PyIceberg', async () => {
    await ask('create', { schema: 'people' })
    await ask('append', { ids: [0, 20] })
    await ask('delete_after', { where: 'id = 3' })
    await firn.delete(table, eq('id', 5), 'copy-on-write')
    const outcome = await ask('finish_delete').then(
      () => 18,
      () => 19,
    )
    await expectSameRows(outcome)
  })
})

describe('PyIceberg reads what Firn writes', () => {
  const schema: Schema = {
    schemaId: 0,
    fields: [
      { id: 1, name: 'id', required: true, type: 'long' },
      { id: 2, name: 'name', required: false, type: 'string' },
      { id: 3, name: 'day', required: false, type: 'date' },
      { id: 4, name: 'score', required: false, type: 'double' },
      { id: 5, name: 'price', required: false, type: 'decimal(9,2)' },
      { id: 6, name: 'at', required: false, type: 'timestamptz' },
      {
        id: 7,
        name: 'tags',
        required: false,
        type: { type: 'list', elementId: 8, element: 'string', elementRequired: false },
      },
    ],
  }
  const rows = (day: number, from: number, to: number, more = ''): NewRows => ({
    select: `SELECT range AS id, 'n' || range % 3 AS name, DATE '1970-01-01' + ${day} AS day,
      CASE WHEN range % 4 > 0 THEN range / 3 END AS score, CAST(range / 8 AS DECIMAL(9,2)) AS price,
      TIMESTAMPTZ '2024-01-01 00:00:00.000001+00' + INTERVAL (range) HOUR AS at, ['눈', NULL, 'x' || range] AS tags${more}
      FROM range(${from}, ${to})`,
    partition: { day },
  })
  const create = (version: number) =>
    firn.catalog.createTable(parseTableName(table), {
      schema,
      partitionSpec: { fields: [{ sourceId: 3, fieldId: 1000, name: 'day', transform: 'identity' }] },
      properties: { 'format-version': String(version) },
    })
  const modes: [version: number, mode: DeleteMode][] = [
    [2, 'copy-on-write'],
    [2, 'merge-on-read'],
    [3, 'merge-on-read'],
  ]

  it.each(modes)(
    'has the rows of format version %i after every kind of write, deleted by %s',
    async (version, mode) => {
      await create(version)
      await firn.append(table, rows(1, 0, 40), rows(2, 40, 60))
      await expectSameRows(60)
      await firn.delete(table, isIn('id', [3, 41]), mode)
      await firn.delete(table, and(gt('id', 9), lt('id', 20)), mode)
      await expectSameRows(48)
      await firn.overwrite(table, gtEq('id', 55), rows(3, 100, 110))
      await expectSameRows(53)
      await firn.delete(table, eq('day', '1970-01-04'), mode)
      await expectSameRows(43)
      const changes = [
        { change: 'rename-column', column: 'name', name: 'label' },
        { change: 'add-column', name: 'added', type: 'int' },
        { change: 'drop-column', column: 'price' },
      ] as const
      await commitChange(firn.catalog, parseTableName(table), updateSchema(changes))
      await expectSameRows(43)
    },
  )

  it('has what Firn adds to a table of format version 3 that PyIceberg made', async () => {
    expect(await ask('create', { schema: 'people', version: 3, spec: 'none' })).toBe(3)
    await expect(ask('append', { ids: [0, 1] })).rejects.toThrow('Cannot write manifest for table version: 3')
    await firn.append(table, {
      select: `SELECT range AS id, 'n' || range AS name, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS at, range::INT AS age,
        {x: range::INT, y: '눈'} AS point FROM range(20)`,
    })
    await firn.delete(table, lt('id', 5), 'merge-on-read')
    await expectSameRows(15)
    expect(await ask('evolve_schema')).toEqual(['point', 'id', 'label', 'age', 'tags'])
    await expectSameRows(15)
  })

  it('goes on where Firn left off, over its deletes', async () => {
    await create(2)
    await firn.append(table, rows(1, 0, 30))
    await firn.delete(table, eq('id', 3), 'merge-on-read')
    await ask('append', { ids: [100, 110] })
    await ask('delete', { where: 'id = 4' })
    await expectSameRows(38)
    await firn.delete(table, gtEq('id', 108), 'merge-on-read')
    await expectSameRows(36)
  })
})

describe('the catalog', () => {
  it('makes, changes and lists namespaces', async () => {
    const namespace = (path: string[], action: string, more = {}) =>
      pyiceberg.ask('namespace', { path, action, ...more })
    const odd = 'a.b 눈 %2F'
    expect(await namespace([odd], 'create', { properties: { owner: 'data' } })).toMatchObject({
      owner: 'data',
    })
    await namespace([odd, 'inner'], 'create')
    expect(await namespace([odd, 'inner'], 'exists')).toBe(true)
    // PyIceberg encodes the parent of a list twice, which only plain names survive.
    await namespace(['plain'], 'create')
    await namespace(['plain', 'inner'], 'create')
    expect(await namespace(['plain'], 'list')).toEqual([['plain', 'inner']])
    expect(await namespace([], 'list')).toEqual(expect.arrayContaining([[odd], ['plain'], ['py']]))
    const changed = await namespace([odd], 'update', { removals: ['owner'], updates: { team: 'x' } })
    expect(changed).toMatchObject({ team: 'x' })
    expect(changed).not.toHaveProperty('owner')
    expect((await firn.catalog.loadNamespace([odd])).properties).toMatchObject({ team: 'x' })
    await expect(namespace([odd], 'drop')).rejects.toThrow('NamespaceNotEmptyError')
    await namespace([odd, 'inner'], 'drop')
    await namespace([odd], 'drop')
    expect(await namespace([odd], 'exists')).toBe(false)
    await expect(namespace([odd], 'load')).rejects.toThrow('NoSuchNamespaceError')
  })

  it('renames, registers, lists and drops tables', async () => {
    await ask('create', { schema: 'people' })
    await expect(ask('create', { schema: 'people' })).rejects.toThrow('TableAlreadyExistsError')
    await ask('append', { ids: [0, 10] })
    const renamed = `${table}_renamed`
    expect(await ask('move', { to: renamed })).toEqual([false, true])
    const { metadataLocation } = await firn.load(renamed)
    expect(await pyiceberg.ask('tables', { namespace: 'py' })).toContain(renamed.slice(3))
    expect(await pyiceberg.ask('drop', { table: renamed })).toBe(false)
    await ask('register', { location: metadataLocation })
    await expectSameRows(10)
    await ask('append', { ids: [10, 15] })
    await expectSameRows(15)
    expect(await ask('drop', { purge: true })).toBe(false)
    await expect(ask('read')).rejects.toThrow('NoSuchTableError')
  })

  it('keeps views', async () => {
    const view = (operation: string, more = {}) =>
      pyiceberg.ask(operation, { namespace: 'py', view: 'v', ...more })
    expect(await view('views')).toEqual([[], false, []])
    await view('create_view', { sql: 'SELECT id FROM py.people' })
    expect(await view('views')).toEqual([['v'], true, ['SELECT id FROM py.people']])
    await view('drop_view')
    expect(await view('views')).toEqual([[], false, []])
  })
})
