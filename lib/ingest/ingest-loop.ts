import { messageOf } from '#lib/errors.ts'
import type { KafkaClient } from '#lib/kafka/kafka-client.ts'
import { pause } from '#lib/runs/pause.ts'
import { problemOf } from '#lib/runs/problem-of.ts'
import type { IngestContext, ReaderSource, SourceReader } from './ingest-context.ts'
import { startKafkaReader } from './kafka/kafka-reader.ts'
import { startLandingReader } from './landing/landing-reader.ts'
import { leaseRenewMs, renewLeases } from './partition-lease.ts'
import { SourceConfigSchema } from './source-config.ts'
import { setSourceProblem } from './source-problem.ts'

const lookEveryMs = 1_000

/**
 * Keeps a reader running for each active source until asked to stop, then lets the readers finish what is in flight.
 * `kafka` opens the client when the first topic is to be read.
 */
export async function runIngest(context: IngestContext, kafka: () => KafkaClient): Promise<void> {
  const { db, log, stopping } = context
  const readers = new Map<string, { reader: SourceReader; version: string }>()
  const renewing = setInterval(() => {
    renewLeases(db, context.owner).catch((error: unknown) =>
      log.warn({ reason: messageOf(error) }, 'leases not renewed'),
    )
  }, leaseRenewMs)

  const open = (source: ReaderSource): SourceReader => {
    const { config } = source
    return config.kind === 'landing'
      ? startLandingReader(context, { ...source, config })
      : startKafkaReader(context, { ...source, config }, kafka())
  }

  const look = async (): Promise<void> => {
    const rows = await db.source.findMany({
      where: { state: 'active' },
      select: {
        id: true,
        name: true,
        config: true,
        pipeline: { select: { id: true, name: true, mapping: true, tableId: true, errorTableId: true } },
      },
    })
    const wanted = new Map(rows.map((row) => [row.id, row]))
    for (const [id, { reader, version }] of readers) {
      const row = wanted.get(id)
      if (row && versionOf(row) === version && reader.isRunning()) continue
      readers.delete(id)
      await reader.stop()
    }
    for (const row of rows) {
      if (readers.has(row.id)) continue
      const config = SourceConfigSchema.safeParse(row.config)
      if (!config.success) {
        await setSourceProblem(
          db,
          row.id,
          problemOf(config.error, { action: 'Delete the source and add it again.' }),
          { stop: true },
        )
        continue
      }
      try {
        readers.set(row.id, { reader: open({ ...row, config: config.data }), version: versionOf(row) })
        log.info({ source: row.name, sourceId: row.id, kind: config.data.kind }, 'reading')
      } catch (error) {
        await setSourceProblem(db, row.id, problemOf(error, { retrying: true }))
      }
    }
  }

  while (!stopping.aborted) {
    try {
      await look()
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'the list of sources could not be read; trying again')
    }
    await pause(lookEveryMs, stopping)
  }
  await Promise.all(Array.from(readers.values(), ({ reader }) => reader.stop()))
  clearInterval(renewing)
}

/** Changes when a reader has to start anew. */
const versionOf = (row: { name: string; config: unknown }): string => JSON.stringify([row.name, row.config])
