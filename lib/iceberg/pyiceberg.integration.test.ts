import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createEngine } from '#lib/engine/create-engine.ts'
import type { Engine } from '#lib/engine/engine.ts'
import type { WrittenFile } from '#lib/engine/tasks.ts'
import { generateEvents } from '#lib/generator/generate-events.ts'
import { recipeEventsPartitionSpec, recipeEventsSchema } from '#lib/mappings/recipe-events.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import { createTestDatabase, type TestDatabase } from '../../e2e/harness/database.ts'
import { pythonWithPyIceberg } from '../../scripts/servers/python.ts'
import { runProgram, summaryOf } from '../../scripts/servers/run-program.ts'
import { appendFiles } from './actions/append-files.ts'
import { rewriteDataFiles } from './actions/rewrite-data-files.ts'
import { type BuiltInCatalog, type BuiltInTable, createBuiltInCatalog } from './catalog/built-in-catalog.ts'
import { commitWithRetry } from './commit/commit-with-retry.ts'
import { listPartitions } from './inspect/list-partitions.ts'
import {
  and,
  type Expression,
  eq,
  gt,
  gtEq,
  isIn,
  isNull,
  lt,
  not,
  or,
  startsWith,
} from './scan/expression.ts'
import { planFiles } from './scan/plan-files.ts'
import type { DataFile } from './spec/data-file.ts'

/** PyIceberg reads what we write: 20,002 events in all 744 hours, an append, another one and a compaction. */

const identifier = { namespace: ['recipe_analytics'], name: 'user_events_silver' }
const directory = mkdtempSync(path.join(tmpdir(), 'firn-pyiceberg-'))
const io = createFileIO({ cacheDirectory: path.join(directory, 'cache'), cacheBytes: 1_000_000 })

const generated = 20_000
/** Beyond 2^53, where a double would be off by one, and the largest of all. */
const large = { 'large-1': '9007199254740993', 'large-2': '9223372036854775807' }

const largeLine = ([id, recipeId]: [string, string]): string =>
  `{"event_id":"${id}","event_name":"view_recipe","user_id":"눈사람","anonymous_id":"a","session_id":"s","date":"2025-07-03","timestamp":"2025-07-03T05:00:00.123456+09:00","context":"{\\"page\\":{\\"name\\":\\"recipe\\",\\"url\\":\\"https://recipe.example.com/눈\\"}}","event_properties":"{\\"recipe_id\\":${recipeId}}"}`

interface Case {
  ours: Expression
  theirs: string
}
const filters: Record<string, Case> = {
  'one partition': {
    ours: and(eq('year', 2025), eq('month', 7), eq('day', 3), eq('hour', 5)),
    theirs: 'year = 2025 and month = 7 and day = 3 and hour = 5',
  },
  'a range of hours on some days': {
    ours: and(isIn('day', [1, 15, 31]), gtEq('hour', 20)),
    theirs: 'day in (1, 15, 31) and hour >= 20',
  },
  'not a range': {
    ours: not(or(lt('day', 30), lt('hour', 22))),
    theirs: 'not (day < 30 or hour < 22)',
  },
  'a time range by bounds': {
    ours: and(
      gtEq('utc_timestamp', '2025-07-10T03:30:00+00:00'),
      lt('utc_timestamp', '2025-07-10T05:30:00+00:00'),
    ),
    theirs: "utc_timestamp >= '2025-07-10T03:30:00+00:00' and utc_timestamp < '2025-07-10T05:30:00+00:00'",
  },
  'a long beyond 2^53': {
    ours: eq('prop_recipe_id', 9007199254740993n),
    theirs: 'prop_recipe_id = 9007199254740993',
  },
  'longs above all others': {
    ours: gt('prop_recipe_id', 9007199254740992n),
    theirs: 'prop_recipe_id > 9007199254740992',
  },
  'a text beyond what others have': { ours: startsWith('user_id', '눈'), theirs: "user_id LIKE '눈%'" },
  nothing: { ours: eq('hour', 24), theirs: 'hour = 24' },
  nulls: { ours: and(isNull('event_id'), eq('day', 1)), theirs: 'event_id is null and day = 1' },
}

const AnswerSchema = z.object({
  rows: z.number(),
  partitions: z.record(z.string(), z.number()),
  icebergTypes: z.record(z.string(), z.string()),
  fieldIds: z.record(z.string(), z.number()),
  arrowTypes: z.record(z.string(), z.string()),
  specFields: z.array(z.string()),
  filters: z.record(z.string(), z.object({ rows: z.number(), files: z.array(z.string()) })),
  rowsAtSnapshot: z.record(z.string(), z.number()),
  large: z.record(z.string(), z.string()),
  snapshotIds: z.array(z.string()),
  currentSnapshotId: z.string(),
  operation: z.string(),
  totalRecords: z.string(),
  manifests: z.array(z.array(z.number())),
  upperRecipeIds: z.array(z.string()),
})

let database: TestDatabase
let engine: Engine
let catalog: BuiltInCatalog
let table: BuiltInTable
let theirs: z.infer<typeof AnswerSchema>

/** Moves the engine's files to their place in the table. */
async function publish(files: readonly WrittenFile[]): Promise<DataFile[]> {
  const { location } = table.metadata
  const placed = files.map(({ localPath, relativePath, dataFile }) => ({
    localPath,
    dataFile: { ...dataFile, filePath: `${location}/data/${relativePath}` },
  }))
  await io.publish(placed.map(({ localPath, dataFile }) => ({ localPath, location: dataFile.filePath })))
  return placed.map(({ dataFile }) => dataFile)
}

async function ingest(name: string, inputs: string[]): Promise<DataFile[]> {
  const result = await engine.run('ingestJsonLines', {
    inputs: inputs.map((input) => ({ path: input, source: path.basename(input) })),
    mapping: 'recipe-events',
    outputDirectory: path.join(directory, name),
    schema: recipeEventsSchema,
    spec: recipeEventsPartitionSpec,
    batchId: name,
    processedAt: '2025-08-01T00:00:00Z',
    dataSource: 'landing-zone',
    pipelineVersion: '1.0.0',
  })
  expect(result.errorRows).toBe(0)
  return publish(result.files)
}

const append = async (files: DataFile[]) =>
  (await commitWithRetry(catalog, identifier, appendFiles({ files }))).snapshot.snapshotId

async function compact(startingSnapshotId: bigint): Promise<void> {
  const before = await catalog.loadTable(identifier)
  const partition = { year: 2025, month: 7, day: 3, hour: 5 }
  const filter = and(...Object.entries(partition).map(([name, value]) => eq(name, value)))
  const remove = (await planFiles(before, { filter })).map(({ file }) => file)
  expect(remove.length).toBeGreaterThan(1)
  const { files } = await engine.run('rewriteDataFiles', {
    inputs: await io.localize(remove.map((file) => file.filePath)),
    schema: recipeEventsSchema,
    spec: recipeEventsPartitionSpec,
    partition,
    outputDirectory: path.join(directory, 'compacted'),
    expectedRows: remove.reduce((sum, file) => sum + file.recordCount, 0n),
  })
  const action = rewriteDataFiles({ remove, add: await publish(files), startingSnapshotId })
  await commitWithRetry(catalog, identifier, action)
}

beforeAll(async () => {
  const python = await pythonWithPyIceberg()
  database = await createTestDatabase()
  engine = createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '1200MB',
    spillDirectory: path.join(directory, 'spill'),
  })
  const warehouse = pathToFileURL(path.join(directory, 'warehouse')).href
  catalog = await createBuiltInCatalog({ db: database.db, io, name: 'firn', warehouse })
  await catalog.createNamespace(identifier.namespace)
  table = await catalog.createTable(identifier, {
    schema: recipeEventsSchema,
    partitionSpec: recipeEventsPartitionSpec,
  })
  const bronze = path.join(directory, 'bronze')
  const events = await generateEvents({ count: generated, directory: bronze })
  await append(
    await ingest(
      'first',
      events.map((file) => file.path),
    ),
  )
  const largeFile = path.join(directory, 'large.jsonl')
  await writeFile(largeFile, `${Object.entries(large).map(largeLine).join('\n')}\n`)
  await compact(await append(await ingest('second', [largeFile])))
  table = await catalog.loadTable(identifier)

  const questions = {
    filters: Object.fromEntries(Object.entries(filters).map(([name, one]) => [name, one.theirs])),
    snapshots: table.metadata.snapshots.map((snapshot) => snapshot.snapshotId.toString()),
  }
  const script = fileURLToPath(new URL('./pyiceberg_check.py', import.meta.url))
  const answer = await runProgram(python, [script, table.metadataLocation, JSON.stringify(questions)])
  if (answer.code !== 0) throw new Error(`PyIceberg could not read the table: ${summaryOf(answer)}`)
  theirs = AnswerSchema.parse(JSON.parse(answer.output.trim().split('\n').at(-1) ?? ''))
})

afterAll(async () => {
  await engine?.close()
  await database?.drop()
  rmSync(directory, { recursive: true, force: true })
})

describe('PyIceberg', () => {
  it('counts the same rows, in all and by partition', async () => {
    expect(theirs.rows).toBe(generated + 2)
    const partitions = await listPartitions(table)
    expect(partitions).toHaveLength(744)
    const ours = partitions.map(({ partition: { year, month, day, hour }, rows }) => [
      `${year}/${month}/${day}/${hour}`,
      Number(rows),
    ])
    expect(theirs.partitions).toEqual(Object.fromEntries(ours))
  })

  it.each(Object.keys(filters))('plans the same files for %s', async (name) => {
    const filter = filters[name]?.ours
    const ours = await planFiles(table, filter ? { filter } : {})
    expect(theirs.filters[name]?.files).toEqual(ours.map(({ file }) => file.filePath).sort())
  })

  it('finds rows through the pruned filters', () => {
    const rows = (name: string) => theirs.filters[name]?.rows
    expect(rows('one partition')).toBe(theirs.partitions['2025/7/3/5'])
    expect(theirs.filters['one partition']?.files).toHaveLength(1)
    expect(theirs.filters['a range of hours on some days']?.files).toHaveLength(12)
    expect(theirs.filters['a time range by bounds']?.files).toHaveLength(3)
    expect(rows('a time range by bounds')).toBeGreaterThan(0)
    expect(rows('a long beyond 2^53')).toBe(1)
    expect(rows('longs above all others')).toBe(2)
    expect(theirs.filters['longs above all others']?.files).toHaveLength(1)
    expect(rows('a text beyond what others have')).toBe(2)
    expect(rows('nothing')).toBe(0)
  })

  it('sees the types and ids of all 25 columns', () => {
    const { fields } = recipeEventsSchema
    expect(fields).toHaveLength(25)
    expect(theirs.icebergTypes).toEqual(Object.fromEntries(fields.map((field) => [field.name, field.type])))
    expect(theirs.fieldIds).toEqual(Object.fromEntries(fields.map((field) => [field.name, field.id])))
    const arrow: Record<string, string> = {
      string: 'large_string',
      long: 'int64',
      int: 'int32',
      date: 'date32[day]',
      timestamptz: 'timestamp[us, tz=UTC]',
    }
    const expected = fields.map((field) => [field.name, arrow[String(field.type)]])
    const found = Object.entries(theirs.arrowTypes).map(([name, type]) => [
      name,
      type.replace(/^string$/, 'large_string'),
    ])
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected))
    expect(theirs.specFields).toEqual([
      '1000 year identity 8',
      '1001 month identity 9',
      '1002 day identity 10',
      '1003 hour identity 11',
    ])
  })

  it('reads 64-bit values beyond 2^53 exactly, from rows and from bounds', () => {
    expect(theirs.large).toEqual(large)
    expect(theirs.upperRecipeIds).toEqual(['9223372036854775807'])
  })

  it('sees the snapshots, their ids and what they did, and travels in time', () => {
    const { snapshots, currentSnapshotId } = table.metadata
    const ids = snapshots.map((snapshot) => snapshot.snapshotId.toString())
    expect(theirs.snapshotIds).toEqual(ids)
    expect(theirs.currentSnapshotId).toBe(String(currentSnapshotId))
    expect(theirs.operation).toBe('replace')
    expect(theirs.totalRecords).toBe(String(generated + 2))
    expect(ids.map((id) => theirs.rowsAtSnapshot[id])).toEqual([generated, generated + 2, generated + 2])
    const sums = [0, 1, 2].map((index) => theirs.manifests.reduce((sum, one) => sum + (one[index] ?? 0), 0))
    expect(sums).toEqual([1, 743, 2])
  })
})
