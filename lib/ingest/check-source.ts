import { AppError, isAppError } from '#lib/errors.ts'
import type { KafkaClient } from '#lib/kafka/kafka-client.ts'
import { parseLocation } from '#lib/storage/location.ts'
import { archiveFolder } from './kafka/archive-records.ts'
import type { SourceConfig } from './source-config.ts'

export interface SourceRules {
  landingLocation: string
  /** Only an admin may read buckets and folders beside the landing zone. */
  anyBucket: boolean
  kafka: () => KafkaClient
}

/**
 * Checks before a source is added what would otherwise only show as silence.
 * @throws AppError `bad-input` for a location that is not allowed or an unknown topic, `unavailable` when no broker answers.
 */
export async function checkSource(config: SourceConfig, rules: SourceRules): Promise<void> {
  if (config.kind === 'landing') return checkLocation(config.location, rules)
  const client = rules.kafka()
  try {
    await client.describeTopic(config.topic)
  } catch (error) {
    if (!isAppError(error, 'not-found')) throw error
    const topics = await client.listTopics().catch(() => [])
    const known = topics.length > 0 ? ` The broker has: ${topics.slice(0, 20).join(', ')}.` : ''
    throw new AppError(
      'bad-input',
      `The topic "${config.topic}" does not exist.${known} Create it first, or check the spelling.`,
      { cause: error, context: { topic: config.topic } },
    )
  }
}

function checkLocation(location: string, { landingLocation, anyBucket }: SourceRules): void {
  const found = parseLocation(location)
  const root = parseLocation(landingLocation)
  const pathOf = (place: typeof found) =>
    place.scheme === 'file' ? place.path : `${place.bucket}/${place.key}`
  const sameStore = found.scheme === root.scheme
  const inside =
    sameStore &&
    (pathOf(found) === pathOf(root) || pathOf(found).startsWith(`${pathOf(root).replace(/\/+$/, '')}/`))
  if (inside) {
    if (`${pathOf(found)}/`.startsWith(`${pathOf(parseLocation(archiveFolder(landingLocation)))}/`)) {
      throw new AppError(
        'bad-input',
        `${location} is where Firn archives topics: reading it again would count every event twice. Choose another folder.`,
      )
    }
    return
  }
  if (found.scheme === 's3' && anyBucket) return
  throw new AppError(
    'bad-input',
    found.scheme === 's3'
      ? `${location} is outside the landing zone ${landingLocation}. An administrator may add other buckets.`
      : `${location} is outside the landing zone. Put the files below ${landingLocation}, or set LANDING_LOCATION to their folder and start Firn again.`,
  )
}
