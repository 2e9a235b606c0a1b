import type { Database, Prisma } from '#lib/db.ts'
import type { Engine } from '#lib/engine/engine.ts'
import type { Env } from '#lib/env.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { Logger } from '#lib/log.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { SourceConfig } from './source-config.ts'

export interface IngestSettings {
  batchSeconds: number
  batchRows: number
  batchBytes: number
  /** Batches read side by side: the engine's processes. */
  lanes: number
  /** This worker's folder on local disk for the engine's output; the same disk as a local warehouse makes moves renames. */
  stagingDirectory: string
  /** Where raw records of topics are archived. */
  landingLocation: string
}

export const ingestSettings = (env: Env, workerName: string): IngestSettings => ({
  batchSeconds: env.INGEST_BATCH_SECONDS,
  batchRows: env.INGEST_BATCH_ROWS,
  batchBytes: env.INGEST_BATCH_BYTES,
  lanes: env.ENGINE_PROCESSES,
  stagingDirectory: `${env.dataDirectory}/staging/${workerName}`,
  landingLocation: env.LANDING_LOCATION,
})

/** What source readers share within one ingest worker. */
export interface IngestContext {
  /** Id of this worker's WorkerProcess row: holder of leases. */
  owner: string
  /** Kind and process id, for runs and logs. */
  worker: string
  db: Database
  io: FileIO
  catalog: BuiltInCatalog
  engine: Engine
  log: Logger
  settings: IngestSettings
  /** Finish what is begun, begin nothing new. */
  stopping: AbortSignal
  /** Stop now. */
  signal: AbortSignal
  reportActivity(source: string, activity: Prisma.InputJsonObject | null): void
}

export interface ReaderSource {
  id: string
  name: string
  config: SourceConfig
  pipeline: { id: string; name: string; mapping: string; tableId: string; errorTableId: string }
}

/** Reads one source until it is stopped. */
export interface SourceReader {
  /** False once it ended, by itself too. */
  isRunning(): boolean
  /** Finishes what is begun; resolves when nothing of this source is in flight any more. */
  stop(): Promise<void>
}
