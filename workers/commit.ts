import { databaseUrl } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { runCommits } from '#lib/ingest/commit/commit-loop.ts'
import { openDefaultCatalog } from '#lib/ingest/default-catalog.ts'
import { closeSenderQueue } from '#lib/jobs/queue.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { runWorker } from './runtime/worker.ts'

await runWorker('commit', async ({ name, db, log, heartbeat, stopping, signal }) => {
  const catalog = await openDefaultCatalog(db, fileIO())
  await heartbeat.setState('ready')
  await runCommits({
    worker: name,
    db,
    databaseUrl: databaseUrl(),
    catalog,
    log,
    intervalSeconds: env().COMMIT_INTERVAL_SECONDS,
    stopping,
    signal,
    reportActivity: (activity) => heartbeat.setActivity(activity && { ...activity }),
  })
  await closeSenderQueue()
})
