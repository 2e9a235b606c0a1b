import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { createEngine } from '#lib/engine/create-engine.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { defaultSpec } from '#lib/iceberg/spec/table-metadata.ts'
import { MemoryCatalog } from '#lib/iceberg/test-support/memory-catalog.ts'
import { visits, visitsRequest, visitsSchema } from '#lib/iceberg/test-support/sample-table.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { scanTable } from '../local-table-scan.ts'
import type { RowChangeContext } from '../row-change.ts'

/** An engine of one process for tests, to be closed after them. */
export const startTestEngine = (): Engine =>
  createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '500MB',
    spillDirectory: path.join(tmpdir(), 'firn-test-spill'),
  })

/**
 * Writes rows of `visits` with ids in a closed range as a data file of one day, at its place in the table's folder; `page` is
 * `p<id>`, `score` the id halved, null for every fifth.
 */
export async function writeVisits(
  { engine, directory }: { engine: Engine; directory: string },
  { metadata, io }: Table,
  day: number,
  [from, to]: [from: number, to: number],
): Promise<DataFile> {
  const raw = path.join(directory, `${randomUUID()}.parquet`)
  await engine.run('query', {
    sql: `COPY (SELECT range AS id, 'p' || range AS page, DATE '1970-01-01' + ${day} AS day, CASE WHEN range % 5 <> 0 THEN range / 2 END AS score
        FROM range(${from}, ${to + 1})) TO '${raw}' (FORMAT parquet, FIELD_IDS {id: 1, page: 2, day: 3, score: 4})`,
  })
  const { files } = await engine.run('rewriteDataFiles', {
    inputs: [raw],
    schema: visitsSchema,
    spec: defaultSpec(metadata),
    partition: { day },
    outputDirectory: path.join(directory, 'written'),
  })
  const [file] = files
  if (!file) throw new Error('The engine wrote no file.')
  const filePath = `${metadata.location}/data/${file.relativePath}`
  await io.publish([{ localPath: file.localPath, location: filePath }])
  return { ...file.dataFile, filePath }
}

/** Table `visits` on local disk with a real engine; its pages are `p<id>`. */
export class LocalTable {
  readonly engine: Engine
  readonly root: string
  readonly catalog: MemoryCatalog<FileIO>
  readonly identifier = visits

  private constructor(engine: Engine, root: string) {
    this.engine = engine
    this.root = root
    const io = createFileIO({ cacheDirectory: path.join(root, 'cache'), cacheBytes: 1_000_000 })
    this.catalog = new MemoryCatalog(io, pathToFileURL(path.join(root, 'warehouse')).href)
  }

  static async create(engine: Engine, properties: Record<string, string>): Promise<LocalTable> {
    const table = new LocalTable(engine, await mkdtemp(path.join(tmpdir(), 'firn-rows-')))
    await table.catalog.createTable(visits, { ...visitsRequest, properties })
    return table
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }

  load() {
    return this.catalog.loadTable(visits)
  }

  context(): RowChangeContext<null> {
    return { engine: this.engine, catalog: this.catalog, workDirectory: path.join(this.root, randomUUID()) }
  }

  /** @see writeVisits */
  async write(day: number, ids: [from: number, to: number]): Promise<DataFile> {
    return writeVisits({ engine: this.engine, directory: this.root }, await this.load(), day, ids)
  }

  async append(day: number, ids: [from: number, to: number]): Promise<void> {
    await commitWithRetry(this.catalog, visits, appendFiles({ files: [await this.write(day, ids)] }))
  }

  /** Rows of a query over the table, which it calls `visits`. */
  async query(
    sql: string,
    options: Parameters<typeof scanTable>[1] = {},
  ): Promise<Record<string, unknown>[]> {
    const scan = await scanTable(await this.load(), options)
    return (await this.engine.run('query', { sql, tables: { visits: scan } })).rows
  }

  async ids(options: Parameters<typeof scanTable>[1] = {}): Promise<number[]> {
    return (await this.query('SELECT id FROM visits ORDER BY id', options)).map((row) => Number(row.id))
  }
}
