import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sparkDdl } from '#lib/catalogs/ddl/spark-ddl.ts'
import { newTableRequest } from '#lib/catalogs/new-table-request.ts'
import { createReference } from '#lib/iceberg/actions/manage-references.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { and, eq, gt, gtEq, isIn, lt } from '#lib/iceberg/scan/expression.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { sameSchema } from '#lib/iceberg/spec/schema-json.ts'
import { currentSchema, defaultSpec, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { parseTableName } from '#lib/ingest/parse-table-name.ts'
import type { DeleteMode } from '#lib/row-level/delete-rows.ts'
import { sparkPython } from '../../bench/spark/spark-python.ts'
import { createEngineWorkspace, type EngineWorkspace } from './engine-workspace.ts'
import { type Peer, startPeer } from './peer.ts'
import type { NewRows } from './write-rows.ts'

/** Spark and Firn work on the same tables through the catalog, and each reads the same rows: `npm run test:spark`. */

const directory = mkdtempSync(path.join(tmpdir(), 'firn-spark-'))
let firn: EngineWorkspace
let spark: Peer
let table: string
let tables = 0

beforeAll(async () => {
  const { executable, jar } = await sparkPython()
  firn = await createEngineWorkspace()
  const { server, tokens } = firn.rest
  const script = fileURLToPath(new URL('./spark_peer.py', import.meta.url))
  // Spark gives instants in the time zone of its process.
  spark = startPeer(executable, [script, jar, directory, server.url, tokens.engineer], { TZ: 'UTC' })
  await sql('CREATE NAMESPACE sp')
})
afterAll(async () => {
  await spark?.close()
  await firn?.close()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(() => {
  tables += 1
  table = `sp.t${tables}`
})

type SparkRow = Record<string, string | null>

/** Runs statements, in which $t stands for the table, and gives the rows of the last one. */
async function sql(...statements: string[]): Promise<SparkRow[]> {
  let rows: unknown = []
  for (const text of statements) rows = await spark.ask('sql', { text: text.replaceAll('$t', table) })
  return rows as SparkRow[]
}

const properties = (version: number, mode: DeleteMode): string =>
  `TBLPROPERTIES ('format-version'='${version}', ${['delete', 'update', 'merge'].map((one) => `'write.${one}.mode'='${mode}'`).join(', ')})`

const snapshotIds = async () => (await firn.load(table)).metadata.snapshots.map((one) => one.snapshotId)
const currentId = async () => (await firn.load(table)).metadata.currentSnapshotId

/** Both read the same rows now and at every snapshot; `rows`: how many there are now. */
async function expectSameRows(rows: number): Promise<void> {
  const ours = await firn.digest(table)
  expect(await spark.digest('read', { text: `SELECT * FROM ${table}` })).toEqual(ours)
  expect(ours.rows).toBe(rows)
  for (const snapshotId of await snapshotIds()) {
    const text = `SELECT * FROM ${table} VERSION AS OF ${snapshotId}`
    expect(await spark.digest('read', { text })).toEqual(await firn.digest(table, { snapshotId }))
  }
}

/** Both give every row the same `_row_id` and `_last_updated_sequence_number`. */
async function expectSameLineage(): Promise<void> {
  const text = `SELECT *, _row_id, _last_updated_sequence_number FROM ${table}`
  expect(await spark.digest('read', { text })).toEqual(await firn.digest(table, { rowLineage: true }))
}

const people = `SELECT id, concat('n', id % 3) AS name, timestamp'2024-01-01 00:00:00.000001' + make_interval(0, 0, 0, CAST(id % 4 AS INT)) AS at,
  named_struct('x', CAST(id AS INT), 'y', '눈') AS point`
const inserted = (from: number, to: number) => `INSERT INTO $t ${people} FROM range(${from}, ${to})`
const createPeople = (rest: string) =>
  `CREATE TABLE $t (id BIGINT NOT NULL, name STRING, at TIMESTAMP, point STRUCT<x: INT, y: STRING>) USING iceberg ${rest}`
const modes: [version: number, mode: DeleteMode][] = [
  [2, 'copy-on-write'],
  [2, 'merge-on-read'],
  [3, 'copy-on-write'],
  [3, 'merge-on-read'],
]

describe('Firn reads what Spark writes', () => {
  it.each([1, 2, 3])(
    'has values of all types that were selected into a table of format version %i',
    async (version) => {
      const types = `SELECT id, id % 2 = 0 AS a_boolean, CAST(id AS INT) AS an_int, CAST(id / 4 AS FLOAT) AS a_float, id / 3 AS a_double,
      CAST(id / 8 AS DECIMAL(9, 2)) AS a_decimal, CAST(-id AS DECIMAL(38, 10)) AS a_wide_decimal, date_add(date'1969-12-30', CAST(id AS INT)) AS a_date,
      timestamp'2024-02-28 22:30:00.123456' AS an_instant, timestamp_ntz'2024-02-28 22:30:00.5' AS a_timestamp,
      CASE WHEN id % 3 > 0 THEN concat('눈', id) END AS a_string, CAST(concat('b', id) AS BINARY) AS bytes, array(id, NULL) AS a_list,
      array(named_struct('x', id)) AS structs, map('k', id, '눈', NULL) AS a_map, named_struct('x', CAST(NULL AS INT), 'y', 'z') AS a_struct`
      const select = (to: number) => `${types} FROM range(${to})`
      const rest = `USING iceberg PARTITIONED BY (bucket(4, id)) TBLPROPERTIES ('format-version'='${version}')`
      await sql(`CREATE TABLE $t ${rest} AS ${select(40)}`)
      await expectSameRows(40)
      await sql(`CREATE OR REPLACE TABLE $t USING iceberg AS ${select(7)}`)
      await expectSameRows(7)
    },
  )

  it.each(modes)(
    'has the rows of format version %i after every kind of write as %s',
    async (version, mode) => {
      await sql(
        createPeople(`PARTITIONED BY (days(at)) ${properties(version, mode)}`),
        inserted(0, 100),
        inserted(100, 150),
        "UPDATE $t SET name = 'updated', point.x = NULL WHERE id BETWEEN 10 AND 14",
        'DELETE FROM $t WHERE id % 10 = 7',
        'DELETE FROM $t WHERE id = 30',
        `MERGE INTO $t t USING (${people} FROM range(140, 160)) s ON t.id = s.id
        WHEN MATCHED AND s.id % 2 = 0 THEN UPDATE SET t.name = 'merged' WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT *`,
      )
      await expectSameRows(141)
      const deletes = await sql('SELECT DISTINCT file_format FROM $t.delete_files')
      const expected = version === 3 ? 'PUFFIN' : 'PARQUET'
      expect(deletes.map((row) => row.file_format)).toEqual(mode === 'merge-on-read' ? [expected] : [])
      if (version === 3) await expectSameLineage()
    },
  )

  it('has the rows of partitions that were overwritten, and of a table that was truncated', async () => {
    await sql(
      createPeople('PARTITIONED BY (name)'),
      inserted(0, 30),
      "INSERT OVERWRITE $t PARTITION (name = 'n1') SELECT 500, timestamp'2024-01-01', NULL",
    )
    await expectSameRows(21)
    await sql('TRUNCATE TABLE $t')
    await expectSameRows(0)
  })

  it('follows schemas, partition specs and sort orders', async () => {
    await sql(
      createPeople('PARTITIONED BY (days(at))'),
      inserted(0, 20),
      'ALTER TABLE $t ADD COLUMN country STRING AFTER id',
      'ALTER TABLE $t ADD COLUMN point.z DOUBLE',
      'ALTER TABLE $t RENAME COLUMN name TO label',
      'ALTER TABLE $t RENAME COLUMN point.x TO across',
      'ALTER TABLE $t ALTER COLUMN point.across TYPE BIGINT',
      'ALTER TABLE $t ALTER COLUMN label FIRST',
      'ALTER TABLE $t ALTER COLUMN id DROP NOT NULL',
      'ALTER TABLE $t ADD PARTITION FIELD bucket(4, id)',
      'ALTER TABLE $t REPLACE PARTITION FIELD days(at) WITH hours(at) AS hour',
      'ALTER TABLE $t WRITE ORDERED BY label DESC NULLS LAST, id',
      "INSERT INTO $t SELECT 'l', id, 'KR', timestamp'2024-03-01 00:00:00', named_struct('across', 5000000000, 'y', NULL, 'z', 0.5D) FROM range(20, 40)",
      'ALTER TABLE $t DROP PARTITION FIELD hour',
      'ALTER TABLE $t DROP COLUMN country',
      "INSERT INTO $t SELECT 'm', NULL, NULL, NULL FROM range(3)",
      'DELETE FROM $t WHERE id IN (3, 33)',
    )
    await expectSameRows(41)
    const { metadata } = await firn.load(table)
    expect(metadata.partitionSpecs.length).toBeGreaterThan(2)
    expect(metadata.defaultSortOrderId).toBeGreaterThan(0)
  })

  it('knows branches, tags and times', async () => {
    await sql(createPeople(''), inserted(0, 10))
    const first = await currentId()
    await sql(
      'ALTER TABLE $t CREATE TAG eod RETAIN 30 DAYS',
      inserted(10, 30),
      'ALTER TABLE $t CREATE BRANCH audit',
      `INSERT INTO $t.branch_audit ${people} FROM range(100, 105)`,
      'DELETE FROM $t.branch_audit WHERE id = 3',
    )
    const { refs, snapshots } = (await firn.load(table)).metadata
    for (const [ref, rows] of [
      ['main', 30],
      ['eod', 10],
      ['audit', 34],
    ] as const) {
      const ours = await firn.digest(table, { snapshotId: refs[ref]?.snapshotId ?? 0n })
      expect(ours.rows).toBe(rows)
      expect(await spark.digest('read', { text: `SELECT * FROM ${table} VERSION AS OF '${ref}'` })).toEqual(
        ours,
      )
    }
    const time = new Date(
      Number(snapshots.find((one) => one.snapshotId === first)?.timestampMs) + 1,
    ).toISOString()
    const then = `SELECT * FROM ${table} TIMESTAMP AS OF '${time.slice(0, 23).replace('T', ' ')}'`
    expect((await spark.digest('read', { text: then })).rows).toBe(10)
    await sql("CALL firn.system.fast_forward('$t', 'main', 'audit')", 'ALTER TABLE $t DROP BRANCH audit')
    await sql('ALTER TABLE $t DROP TAG eod')
    await expectSameRows(34)
    expect(Object.keys((await firn.load(table)).metadata.refs)).toEqual(['main'])
  })

  it('reads staged snapshots once they are published', async () => {
    await sql(
      createPeople("TBLPROPERTIES ('write.wap.enabled'='true')"),
      inserted(0, 5),
      'SET spark.wap.id = nightly',
      inserted(5, 9),
      'RESET spark.wap.id',
    )
    expect((await firn.digest(table)).rows).toBe(5)
    await sql("CALL firn.system.publish_changes('$t', 'nightly')")
    await expectSameRows(9)
  })

  it.each([2, 3])(
    'has the same rows after the procedures of maintenance in format version %i',
    async (version) => {
      await sql(createPeople(`PARTITIONED BY (days(at)) ${properties(version, 'merge-on-read')}`))
      for (let start = 0; start < 30; start += 10) await sql(inserted(start, start + 10))
      await sql('DELETE FROM $t WHERE id IN (3, 14, 25)')
      const before = await firn.digest(table)
      expect(before.rows).toBe(27)
      await sql(
        "CALL firn.system.rewrite_position_delete_files(table => '$t', options => map('rewrite-all', 'true'))",
      )
      const [rewritten] = await sql(
        "CALL firn.system.rewrite_data_files(table => '$t', options => map('rewrite-all', 'true'))",
      )
      expect(Number(rewritten?.rewritten_data_files_count)).toBeGreaterThan(4)
      await expectSameRows(27)
      if (version === 3) await expectSameLineage()
      await sql(
        "CALL firn.system.rewrite_data_files(table => '$t', strategy => 'sort', sort_order => 'zorder(id, name)', options => map('rewrite-all', 'true'))",
        "CALL firn.system.rewrite_manifests('$t')",
        "CALL firn.system.compute_table_stats(table => '$t')",
      )
      expect(await firn.digest(table)).toEqual(before)
      await expectSameRows(27)
      const kept = await currentId()
      await sql('DELETE FROM $t WHERE id < 20', `CALL firn.system.rollback_to_snapshot('$t', ${kept})`)
      await expectSameRows(27)
      const [, older] = await snapshotIds()
      await sql(`CALL firn.system.set_current_snapshot('$t', ${older})`)
      await expectSameRows(20)
      await sql(`CALL firn.system.set_current_snapshot('$t', ${kept})`)
      await sql(
        "CALL firn.system.expire_snapshots(table => '$t', older_than => timestamp'2999-01-01 00:00:00', retain_last => 1)",
      )
      expect(await snapshotIds()).toEqual([kept])
      await expectSameRows(27)
      await sql(
        "CALL firn.system.remove_orphan_files(table => '$t', older_than => timestamp'2020-01-01 00:00:00')",
      )
      await expectSameRows(27)
    },
  )

  it('reads a table after it was upgraded from format version 1 to 2 and 3', async () => {
    await sql(
      createPeople("TBLPROPERTIES ('format-version'='1')"),
      inserted(0, 10),
      "ALTER TABLE $t SET TBLPROPERTIES ('format-version'='2', 'write.delete.mode'='merge-on-read')",
      'DELETE FROM $t WHERE id = 3',
      "ALTER TABLE $t SET TBLPROPERTIES ('format-version'='3')",
      inserted(10, 20),
      'DELETE FROM $t WHERE id IN (4, 14)',
    )
    await expectSameRows(17)
    await expectSameLineage()
  })
})

describe('Spark reads what Firn writes', () => {
  const schema: Schema = {
    schemaId: 0,
    fields: [
      { id: 1, name: 'id', required: true, type: 'long' },
      { id: 2, name: 'name', required: false, type: 'string' },
      { id: 3, name: 'day', required: false, type: 'date' },
      { id: 4, name: 'price', required: false, type: 'decimal(9,2)' },
      { id: 5, name: 'at', required: false, type: 'timestamptz' },
      {
        id: 6,
        name: 'tags',
        required: false,
        type: { type: 'list', elementId: 7, element: 'string', elementRequired: false },
      },
    ],
  }
  const rows = (day: number, from: number, to: number): NewRows => ({
    select: `SELECT range AS id, 'n' || range % 3 AS name, DATE '1970-01-01' + ${day} AS day, CAST(range / 8 AS DECIMAL(9,2)) AS price,
      TIMESTAMPTZ '2024-01-01 00:00:00.000001+00' + INTERVAL (range) HOUR AS at, ['눈', NULL, 'x' || range] AS tags
      FROM range(${from}, ${to})`,
    partition: { day },
  })
  const create = (version: number, more: Record<string, string> = {}) =>
    firn.catalog.createTable(parseTableName(table), {
      schema,
      partitionSpec: { fields: [{ sourceId: 3, fieldId: 1000, name: 'day', transform: 'identity' }] },
      properties: { 'format-version': String(version), ...more },
    })

  it.each(modes)(
    'has the rows of format version %i after every kind of write, deleted by %s',
    async (version, mode) => {
      await create(version)
      await firn.append(table, rows(1, 0, 40), rows(2, 40, 60))
      await firn.delete(table, isIn('id', [3, 41]), mode)
      await firn.delete(table, and(gt('id', 9), lt('id', 20)), mode)
      await firn.overwrite(table, gtEq('id', 55), rows(3, 100, 110))
      await firn.delete(table, eq('day', '1970-01-04'), mode)
      await expectSameRows(43)
      if (version === 3) await expectSameLineage()
      const identifier = parseTableName(table)
      await commitChange(firn.catalog, identifier, createReference({ name: 'eod', type: 'tag' }))
      await commitChange(
        firn.catalog,
        identifier,
        updateSchema([
          { change: 'rename-column', column: 'name', name: 'label' },
          { change: 'add-column', name: 'added', type: 'int' },
          { change: 'drop-column', column: 'price' },
        ]),
      )
      await expectSameRows(43)
      expect((await sql("SELECT count(*) AS n FROM $t VERSION AS OF 'eod'"))[0]?.n).toBe('43')
    },
  )

  it.each([2, 3])('goes on where Firn left off in format version %i, and Firn after it', async (version) => {
    const merge = Object.fromEntries(
      ['delete', 'update', 'merge'].map((one) => [`write.${one}.mode`, 'merge-on-read']),
    )
    await create(version, merge)
    await firn.append(table, rows(1, 0, 40))
    await firn.delete(table, eq('id', 3), 'merge-on-read')
    await sql('DELETE FROM $t WHERE id = 4', "UPDATE $t SET name = 'spark' WHERE id IN (5, 6)")
    await expectSameRows(38)
    await firn.delete(table, isIn('id', [5, 7, 8]), 'merge-on-read')
    await sql('MERGE INTO $t t USING (SELECT 9 AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE')
    await expectSameRows(34)
    if (version === 3) await expectSameLineage()
    await sql("CALL firn.system.rewrite_data_files(table => '$t', options => map('rewrite-all', 'true'))")
    await firn.delete(table, lt('id', 12), 'copy-on-write')
    await expectSameRows(28)
    if (version === 3) await expectSameLineage()
  })
})

describe("a table's DDL", () => {
  it('makes the same columns, partitions, order and properties in Spark', async () => {
    const text = 'struct<sku: string, price: decimal(9,2)>'
    await firn.catalog.createTable(parseTableName(table), {
      ...newTableRequest({
        name: '',
        columns: [
          { name: 'id', type: 'long', required: true, doc: "the order's \\ number\n2" },
          { name: 'at', type: 'timestamptz', required: false },
          { name: 'local', type: 'timestamp', required: false },
          { name: 'Page `Url`', type: 'string', required: false },
          { name: 'items', type: `list<${text}>`, required: false },
          { name: 'first', type: text, required: false },
        ],
        partitionBy: [
          { column: 'at', transform: 'month' },
          { column: 'id', transform: 'bucket[16]', name: 'shard' },
          { column: 'first.sku', transform: 'truncate[3]' },
        ],
        formatVersion: 3,
        properties: { comment: "it's ours", 'write.distribution-mode': 'hash', path: 'a\\b' },
      }),
      sortOrder: {
        orderId: 1,
        fields: [
          { sourceId: 4, transform: 'identity', direction: 'desc', nullOrder: 'nulls-last' },
          { sourceId: 2, transform: 'hour', direction: 'asc', nullOrder: 'nulls-first' },
        ],
      },
    })
    await commitChange(
      firn.catalog,
      parseTableName(table),
      updateSchema([{ change: 'set-identifier-fields', columns: ['id'] }]),
    )
    const { metadata: made } = await firn.load(table)
    const copy = `${table}_copy`
    const ddl = sparkDdl({ name: ['firn', ...copy.split('.')], metadata: made })
    expect(ddl.notes).toEqual([])
    await sql(...ddl.sql.split(/;\n*/).filter((statement) => statement !== ''))
    const { metadata: copied } = await firn.load(copy)
    expect(sameSchema(currentSchema(copied), currentSchema(made))).toBe(true)
    expect(defaultSpec(copied).fields).toEqual(defaultSpec(made).fields)
    const order = ({ sortOrders, defaultSortOrderId }: TableMetadata) =>
      sortOrders.find(({ orderId }) => orderId === defaultSortOrderId)?.fields
    expect(order(copied)).toEqual(order(made))
    expect(copied.formatVersion).toBe(3)
    expect(copied.properties).toMatchObject(made.properties)
  })
})

describe('the catalog', () => {
  it('keeps namespaces, and tables that are renamed, registered and dropped', async () => {
    await sql("CREATE NAMESPACE sp.inner COMMENT 'nested'", createPeople(''), inserted(0, 10))
    expect(await sql('SHOW NAMESPACES IN sp')).toEqual([{ namespace: 'sp.inner' }])
    await sql(`ALTER TABLE $t RENAME TO ${table}_renamed`)
    const { metadataLocation } = await firn.load(`${table}_renamed`)
    await sql(`DROP TABLE ${table}_renamed`)
    await sql(`CALL firn.system.register_table('$t', '${metadataLocation}')`)
    await expectSameRows(10)
    expect((await sql('SHOW TABLES IN sp')).map((row) => `sp.${row.tableName}`)).toContain(table)
    await sql('DROP TABLE $t PURGE', 'DROP NAMESPACE sp.inner')
    await expect(sql('SELECT * FROM $t')).rejects.toThrow('TABLE_OR_VIEW_NOT_FOUND')
  })

  it('keeps views', async () => {
    await sql(
      createPeople(''),
      inserted(0, 10),
      'CREATE VIEW sp.few (n COMMENT "id") AS SELECT id FROM $t WHERE id < 4',
    )
    expect(await sql('SELECT count(*) AS n, max(n) AS most FROM sp.few')).toEqual([{ n: '4', most: '3' }])
    await sql('CREATE OR REPLACE VIEW sp.few AS SELECT id FROM $t WHERE id < 2')
    expect((await sql('SELECT * FROM sp.few')).length).toBe(2)
    expect((await sql('SHOW VIEWS IN sp')).map((row) => row.viewName)).toEqual(['few'])
    await sql('DROP VIEW sp.few')
    expect(await sql('SHOW VIEWS IN sp')).toEqual([])
  })
})
