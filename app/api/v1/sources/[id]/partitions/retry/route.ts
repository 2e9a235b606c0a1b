import { retrySourcePartitions as contract } from '#lib/api/sources.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { retryPartitions } from '#lib/ingest/retry-partitions.ts'
import { assertSourceAccess } from '#lib/ingest/source-access.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'

export const POST = route(contract, async ({ params, body, actor, audit }) => {
  await assertSourceAccess(database(), actor, params.id, { change: true })
  const retried = await retryPartitions({ db: database(), io: fileIO() }, params.id, body.names)
  audit.subject = `source:${params.id}`
  audit.details = { ...body, retried }
  return { retried }
})
