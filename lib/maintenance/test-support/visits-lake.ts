import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { rowDelta } from '#lib/iceberg/actions/row-delta.ts'
import type { BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { alwaysTrue, type Expression } from '#lib/iceberg/scan/expression.ts'
import { readManifestList } from '#lib/iceberg/scan/manifest-files.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { currentSchema, defaultSpec } from '#lib/iceberg/spec/table-metadata.ts'
import { visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { type DeleteMode, deleteRows } from '#lib/row-level/delete-rows.ts'
import { scanTable } from '#lib/row-level/local-table-scan.ts'
import { locationKey } from '#lib/storage/location-key.ts'
import type { Lakehouse } from '../../../e2e/harness/lakehouse.ts'

const namespace = ['proof']

/** A table of visits in the built-in catalog, with real files, deletes of every kind, and its rows as one hash. */
export class VisitsTable {
  readonly lake: Lakehouse
  readonly identifier: TableIdentifier
  readonly id: string

  private constructor(lake: Lakehouse, identifier: TableIdentifier, id: string) {
    this.lake = lake
    this.identifier = identifier
    this.id = id
  }

  static async create(
    lake: Lakehouse,
    name: string,
    properties: Record<string, string>,
  ): Promise<VisitsTable> {
    await lake.catalog.createNamespace(namespace).catch(() => undefined)
    const identifier = { namespace, name }
    const { id } = await lake.catalog.createTable(identifier, { ...visitsRequest, properties })
    return new VisitsTable(lake, identifier, id)
  }

  load(): Promise<BuiltInTable> {
    return this.lake.catalog.loadTable(this.identifier)
  }

  /** Writes rows with ids in a closed range as a data file of one day, in the table's current schema and spec. */
  async write(day: number, [from, to]: [from: number, to: number]): Promise<DataFile> {
    const { engine, directory } = this.lake
    const { metadata } = await this.load()
    const schema = currentSchema(metadata)
    const spec = defaultSpec(metadata)
    const raw = path.join(directory, `${randomUUID()}.parquet`)
    const more = schema.fields.filter(({ id }) => id > 4)
    await engine.run('query', {
      sql: `COPY (SELECT range AS id, 'p' || range AS page, DATE '1970-01-01' + ${day} AS day, CASE WHEN range % 5 <> 0 THEN range / 2 END AS score
        ${more.map(({ name }) => `, 'n' || range AS ${name}`).join('')} FROM range(${from}, ${to + 1}))
        TO '${raw}' (FORMAT parquet, FIELD_IDS {id: 1, page: 2, day: 3, score: 4${more.map(({ name, id }) => `, ${name}: ${id}`).join('')}})`,
    })
    const partition = Object.fromEntries(
      spec.fields.map(({ name, transform }) => [name, transform === 'identity' ? day : 'p']),
    )
    const { files } = await engine.run('rewriteDataFiles', {
      inputs: [raw],
      schema,
      spec,
      partition,
      outputDirectory: path.join(directory, randomUUID()),
    })
    const [file] = files
    if (!file) throw new Error('The engine wrote no file.')
    return this.#place(file.localPath, {
      ...file.dataFile,
      filePath: `${metadata.location}/data/${file.relativePath}`,
    })
  }

  async #place(localPath: string, file: DataFile): Promise<DataFile> {
    await this.lake.io.publish([{ localPath, location: file.filePath }])
    return file
  }

  async append(day: number, ids: [from: number, to: number], branch = 'main') {
    const action = appendFiles({ files: [await this.write(day, ids)] })
    return commitWithRetry(this.lake.catalog, this.identifier, action, { target: { branch } })
  }

  async delete(filter: Expression, mode: DeleteMode = 'merge-on-read') {
    const { engine, catalog, directory } = this.lake
    return deleteRows(
      { engine, catalog, workDirectory: path.join(directory, randomUUID()) },
      { identifier: this.identifier, filter, mode },
    )
  }

  /** Adds an equality delete file of one day for some ids, as a streaming writer does. */
  async deleteByEquality(day: number, ids: readonly number[]) {
    const table = await this.load()
    const { metadata } = table
    const local = path.join(this.lake.directory, `${randomUUID()}.parquet`)
    await this.lake.engine.run('query', {
      sql: `COPY (SELECT unnest([${ids.join(',')}])::BIGINT AS id) TO '${local}' (FORMAT parquet, FIELD_IDS {id: 1})`,
    })
    const filePath = `${metadata.location}/data/${randomUUID()}-deletes.parquet`
    const { size } = await stat(local)
    await this.lake.io.publish([{ localPath: local, location: filePath }])
    const spec = metadata.partitionSpecs[0]
    if (!spec) throw new Error('The table has no partition spec.')
    const file: DataFile = {
      content: 'equality-deletes',
      filePath,
      fileFormat: 'PARQUET',
      specId: spec.specId,
      partition: { day },
      recordCount: BigInt(ids.length),
      fileSizeInBytes: BigInt(size),
      equalityIds: [1],
    }
    const action = rowDelta({
      addDeletes: [file],
      filter: alwaysTrue,
      startingSnapshotId: metadata.currentSnapshotId,
      isolation: 'snapshot',
    })
    return commitWithRetry(this.lake.catalog, this.identifier, action)
  }

  /** Number and hash of the live rows of a snapshot: lines sorted by id, as proof.py makes them. */
  async digest(snapshotId: bigint): Promise<string> {
    const t = await scanTable(await this.load(), { snapshotId })
    const note = t.schema.fields.some(({ name }) => name === 'note') ? 'note' : 'NULL'
    const { rows } = await this.lake.engine.run('query', {
      sql: `SELECT count(*)::VARCHAR || ' ' || sha256(coalesce(string_agg(line, chr(10) ORDER BY line), '')) AS digest
        FROM (SELECT concat_ws('|', id, page, day, coalesce((score * 2)::BIGINT::VARCHAR, '-'), coalesce(${note}, '-')) AS line FROM t)`,
      tables: { t },
    })
    return String(rows[0]?.digest)
  }

  /** The live rows of every snapshot and reference, by name. */
  async digests(): Promise<Record<string, string>> {
    const { metadata } = await this.load()
    const found: Record<string, string> = {}
    for (const { snapshotId } of metadata.snapshots) found[String(snapshotId)] = await this.digest(snapshotId)
    for (const [name, { snapshotId }] of Object.entries(metadata.refs)) {
      found[name] = found[String(snapshotId)] ?? 'missing'
    }
    return found
  }

  /**
   * Locations that reading the table's snapshots needs, worked out snapshot by snapshot as a reader does, not as
   * maintenance does.
   */
  async needed(): Promise<Set<string>> {
    const table = await this.load()
    const needed = new Set([table.metadataLocation])
    for (const { metadataFile } of table.metadata.metadataLog) needed.add(metadataFile)
    for (const snapshot of table.metadata.snapshots) {
      needed.add(snapshot.manifestList)
      for (const { manifestPath } of await readManifestList(table, snapshot)) needed.add(manifestPath)
      for (const { file, deletes } of await planFiles(table, { snapshotId: snapshot.snapshotId })) {
        needed.add(file.filePath)
        for (const one of deletes) needed.add(one.file.filePath)
      }
    }
    return new Set([...needed].map(locationKey))
  }
}
