import * as contracts from '#lib/api/sources.ts'
import { roleIncludes } from '#lib/auth/roles.ts'
import { database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { route } from '#lib/http/route.ts'
import { createSource } from '#lib/ingest/create-source.ts'
import { getOnlyPipelineId } from '#lib/ingest/get-only-pipeline-id.ts'
import { kafkaClientFromEnv } from '#lib/ingest/kafka/kafka-client-from-env.ts'
import { getSource, listSources } from '#lib/ingest/list-sources.ts'
import { assertPipelineAccess } from '#lib/ingest/source-access.ts'

export const GET = route(contracts.listSources, ({ query, actor }) => listSources(database(), actor, query))

export const POST = route(contracts.createSource, async ({ body, actor, audit }) => {
  const db = database()
  const rules = {
    landingLocation: env().LANDING_LOCATION,
    anyBucket: roleIncludes(actor.role, 'admin'),
    kafka: kafkaClientFromEnv,
  }
  const pipelineId = body.pipelineId ?? (await getOnlyPipelineId(db, actor))
  await assertPipelineAccess(db, actor, pipelineId)
  const { id } = await createSource({ db, rules }, { ...body, pipelineId, createdBy: actor.name })
  audit.subject = `source:${id}`
  audit.details = { ...body, pipelineId }
  const { ledger: _ledger, loadRunId: _loadRunId, ...source } = await getSource(db, id)
  return source
})
