import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { createApiToken, createSignInLink, ensureUser } from '#lib/auth/provision.ts'
import { database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { isAppError } from '#lib/errors.ts'
import { createSource } from '#lib/ingest/create-source.ts'
import { kafkaClientFromEnv } from '#lib/ingest/kafka/kafka-client-from-env.ts'
import type { SourceConfig } from '#lib/ingest/source-config.ts'
import { provisionRecipeService } from '../provision-recipe-service.ts'

const admin = { email: 'admin@firn.local', name: 'Admin', role: 'admin' as const }

export interface Provisioned {
  signInUrl: string
  apiToken: string
  /** Landing folder of the sample. */
  sampleLocation: string
  /** Landing folder of the live feed without Kafka. */
  feedLocation: string
}

/** Makes what the demo needs where it is missing: admin, pipeline, site, sources, API token, and a fresh sign-in link. */
export async function provisionDemo(options: {
  data: string
  feedTopic?: string | undefined
}): Promise<Provisioned> {
  const db = database()
  await ensureUser(admin)

  const pipeline = await provisionRecipeService(db)

  const landing = env().LANDING_LOCATION
  const addSource = async (name: string, config: SourceConfig): Promise<void> => {
    if ((await db.source.count({ where: { name } })) > 0) return
    const rules = { landingLocation: landing, anyBucket: true, kafka: kafkaClientFromEnv }
    await createSource({ db, rules }, { name, pipelineId: pipeline.id, config, createdBy: 'system:demo' })
  }
  const sampleLocation = `${landing}/recipe-events`
  const feedLocation = `${landing}/recipe-events-live`
  for (const location of [sampleLocation, feedLocation]) {
    if (location.startsWith('file:')) mkdirSync(fileURLToPath(location), { recursive: true })
  }
  await addSource('recipe-events', { kind: 'landing', location: sampleLocation })
  if (options.feedTopic) {
    await createTopicOnce(options.feedTopic)
    await addSource('recipe-events-kafka', {
      kind: 'kafka',
      topic: options.feedTopic,
      archive: true,
      start: 'earliest',
    })
  } else {
    await addSource('recipe-events-live', { kind: 'landing', location: feedLocation })
  }

  const { url } = await createSignInLink(admin)
  return {
    signInUrl: url,
    apiToken: await demoToken(path.join(options.data, 'demo.json')),
    sampleLocation,
    feedLocation,
  }
}

async function createTopicOnce(topic: string): Promise<void> {
  try {
    await kafkaClientFromEnv().createTopic(topic, { partitions: 2 })
  } catch (error) {
    if (!isAppError(error, 'already-exists')) throw error
  }
}

/** The engineer's token of an earlier start while it is still known to the database, else a new one. */
async function demoToken(file: string): Promise<string> {
  const db = database()
  if (existsSync(file)) {
    const earlier = z.object({ apiToken: z.string() }).safeParse(JSON.parse(readFileSync(file, 'utf8')))
    const known = await db.apiToken.findFirst({ where: { name: 'demo', revokedAt: null } })
    if (earlier.success && known && earlier.data.apiToken.startsWith(known.prefix))
      return earlier.data.apiToken
  }
  const { secret } = await createApiToken({ name: 'demo', role: 'engineer', createdBy: 'system:demo' })
  return secret
}
