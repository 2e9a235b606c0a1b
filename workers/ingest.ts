import { createEngine } from '#lib/engine/create-engine.ts'
import { env } from '#lib/env.ts'
import { clearStaging } from '#lib/ingest/clear-staging.ts'
import { openDefaultCatalog } from '#lib/ingest/default-catalog.ts'
import { ingestSettings } from '#lib/ingest/ingest-context.ts'
import { runIngest } from '#lib/ingest/ingest-loop.ts'
import { closeKafkaClient, kafkaClientFromEnv } from '#lib/ingest/kafka/kafka-client-from-env.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { activityBoard } from './runtime/activity-board.ts'
import { runWorker } from './runtime/worker.ts'

await runWorker('ingest', async ({ name, db, log, heartbeat, stopping, signal }) => {
  const io = fileIO()
  const catalog = await openDefaultCatalog(db, io)
  const settings = ingestSettings(env(), name)
  await clearStaging(settings.stagingDirectory)
  const engine = createEngine({
    processes: env().ENGINE_PROCESSES,
    threads: env().ENGINE_THREADS,
    memoryLimit: env().ENGINE_MEMORY_LIMIT,
    spillDirectory: `${env().dataDirectory}/spill/${name}`,
  })
  await heartbeat.setState('ready')
  const reportActivity = activityBoard(heartbeat)
  const owner = heartbeat.id
  const context = {
    owner,
    worker: name,
    db,
    io,
    catalog,
    engine,
    log,
    settings,
    stopping,
    signal,
    reportActivity,
  }
  await runIngest(context, kafkaClientFromEnv)
  await closeKafkaClient()
  await engine.close({ force: signal.aborted })
})
