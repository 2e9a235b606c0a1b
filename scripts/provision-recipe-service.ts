import { recipeEventsSiteColumns } from '#lib/analytics/site-columns.ts'
import type { Database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { createPipeline } from '#lib/ingest/create-pipeline.ts'
import { openDefaultCatalog } from '#lib/ingest/default-catalog.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'

const pipelineName = 'recipe events'
const tableName = 'recipe_analytics.user_events_silver'

/** The recipe service's pipeline with its tables, and the site that shows its visitors; what is there stays as it is. */
export async function provisionRecipeService(db: Database): Promise<{ id: string; tableId: string }> {
  const pipeline =
    (await db.pipeline.findUnique({ where: { name: pipelineName } })) ??
    (await createPipeline(
      { db, catalog: await openDefaultCatalog(db, fileIO()) },
      { name: pipelineName, mapping: 'recipe-events', table: tableName },
    ))
  await db.site.upsert({
    where: { id: 'recipe' },
    create: {
      id: 'recipe',
      name: 'Recipe service',
      timeZone: env().DEFAULT_TIME_ZONE,
      tableId: pipeline.tableId,
      columns: recipeEventsSiteColumns,
    },
    update: {},
  })
  return pipeline
}
