import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type {
  IngestInputSummary,
  JsonLinesInput,
  LineError,
  TaskProgress,
  WrittenFile,
} from '#lib/engine/tasks.ts'
import { AppError, isAppError, messageOf } from '#lib/errors.ts'
import type { BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { findFieldByName } from '#lib/iceberg/spec/schema.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { IngestContext, ReaderSource } from './ingest-context.ts'
import type { StagedTableFile } from './stage-batch.ts'

export interface WrittenBatch {
  /** At their final locations, not yet recorded. */
  files: StagedTableFile[]
  rows: number
  errorRows: number
  errors: LineError[]
  inputs: IngestInputSummary[]
  latestEvent: Date | null
}

/**
 * Turns raw lines into data files at their final locations: one engine task, then moves. Until `stageBatch` records
 * them they are orphans that nothing refers to, so a crash in between costs disk space only.
 * @throws AppError of the engine or the store; nothing is left behind then as far as this process can tell.
 */
export async function writeBatch(
  context: IngestContext,
  batch: {
    id: string
    source: ReaderSource
    inputs: JsonLinesInput[]
    signal: AbortSignal
    onProgress?: (progress: TaskProgress) => void
  },
): Promise<WrittenBatch> {
  const { catalog, engine, io, settings } = context
  const { pipeline } = batch.source
  if (pipeline.mapping !== 'recipe-events') {
    throw new AppError(
      'bad-input',
      `Pipeline ${pipeline.name} uses the mapping ${pipeline.mapping}, which this version does not know; it knows recipe-events.`,
    )
  }
  const [table, errorTable] = await Promise.all([
    catalog.loadTableById(pipeline.tableId),
    catalog.loadTableById(pipeline.errorTableId),
  ]).catch(notTheInput)
  const outputDirectory = path.join(settings.stagingDirectory, batch.id)
  await mkdir(path.dirname(outputDirectory), { recursive: true })
  const published: string[] = []
  try {
    const result = await engine.run(
      'ingestJsonLines',
      {
        inputs: batch.inputs,
        mapping: pipeline.mapping,
        outputDirectory,
        schema: currentSchema(table),
        spec: currentSpec(table),
        errorSchema: currentSchema(errorTable),
        batchId: batch.id,
        processedAt: new Date().toISOString(),
        dataSource: batch.source.name,
        pipelineVersion: `firn-${packageJson.version}`,
      },
      { signal: batch.signal, ...(batch.onProgress ? { onProgress: batch.onProgress } : {}) },
    )
    const placed = [
      ...result.files.map((file) => place(table, file)),
      ...result.errorFiles.map((file) => place(errorTable, file)),
    ]
    for (const { location } of placed) published.push(location)
    await io.publish(placed).catch(notTheInput)
    return {
      files: placed.map(({ staged }) => staged),
      rows: result.rows,
      errorRows: result.errorRows,
      errors: result.errors,
      inputs: result.inputs,
      latestEvent: latestEventOf(table, result.files),
    }
  } catch (error) {
    await io.delete(published).catch(() => {})
    throw error
  } finally {
    await rm(outputDirectory, { recursive: true, force: true }).catch(() => {})
  }
}

function place(table: BuiltInTable, { localPath, relativePath, dataFile }: WrittenFile) {
  const location = `${table.metadata.location}/data/${relativePath}`
  const staged: StagedTableFile = { tableId: table.id, dataFile: { ...dataFile, filePath: location } }
  return { localPath, location, staged }
}

/** A table or a store that fails says nothing about the lines: the batch is tried again, whatever the error's own code. */
function notTheInput(error: unknown): never {
  throw new AppError('unavailable', messageOf(error), {
    cause: error,
    retryable: true,
    ...(isAppError(error) ? { userMessage: error.userMessage, context: error.context } : {}),
  })
}

const currentSchema = (table: BuiltInTable) => {
  const schema = table.metadata.schemas.find(({ schemaId }) => schemaId === table.metadata.currentSchemaId)
  if (!schema)
    throw new AppError('corrupt', `Table ${table.identifier.name} has no current schema in its metadata.`)
  return schema
}

const currentSpec = (table: BuiltInTable) => {
  const spec = table.metadata.partitionSpecs.find(({ specId }) => specId === table.metadata.defaultSpecId)
  if (!spec)
    throw new AppError(
      'corrupt',
      `Table ${table.identifier.name} has no default partition spec in its metadata.`,
    )
  return spec
}

/** Time of the newest event, from the files' upper bounds (timestamptz: microseconds, little-endian). */
function latestEventOf(table: BuiltInTable, files: WrittenFile[]): Date | null {
  const field = findFieldByName(currentSchema(table), 'utc_timestamp')
  if (!field) return null
  let latest: bigint | null = null
  for (const { dataFile } of files) {
    const bound = dataFile.upperBounds?.get(field.id)
    if (bound?.byteLength !== 8) continue
    const micros = new DataView(bound.buffer, bound.byteOffset, 8).getBigInt64(0, true)
    if (latest === null || micros > latest) latest = micros
  }
  return latest === null ? null : new Date(Number(latest / 1000n))
}
