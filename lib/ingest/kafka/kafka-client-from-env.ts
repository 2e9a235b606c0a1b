import { AppError } from '#lib/errors.ts'
import { createKafkaClient } from '#lib/kafka/create-kafka-client.ts'
import type { KafkaClient } from '#lib/kafka/kafka-client.ts'
import { kafkaOptionsFromEnv } from '#lib/kafka/kafka-options.ts'

const held = globalThis as { firnKafkaClient?: KafkaClient | undefined }

/**
 * The process's client of the environment's cluster, made on first use.
 * @throws AppError `bad-input` when no cluster is configured.
 */
export function kafkaClientFromEnv(): KafkaClient {
  if (held.firnKafkaClient) return held.firnKafkaClient
  const options = kafkaOptionsFromEnv()
  if (!options) {
    throw new AppError(
      'bad-input',
      'No Kafka cluster is configured. Set KAFKA_BROKERS to host:port,host:port and start Firn again (npm run demo -- --kafka brings a broker of its own).',
    )
  }
  held.firnKafkaClient = createKafkaClient(options)
  return held.firnKafkaClient
}

/** Ends the client's connections; for graceful stops and tests. */
export async function closeKafkaClient(): Promise<void> {
  const client = held.firnKafkaClient
  held.firnKafkaClient = undefined
  await client?.close()
}
