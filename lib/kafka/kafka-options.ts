import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import type { KafkaOptions } from './kafka-client.ts'

/** The cluster of the environment, or null where KAFKA_BROKERS is not set. */
export function kafkaOptionsFromEnv(settings = env()): KafkaOptions | null {
  if (settings.KAFKA_BROKERS.length === 0) return null
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
  } = settings
  if (mechanism && !(username && password)) {
    throw new AppError(
      'bad-input',
      'KAFKA_SASL_MECHANISM is set, so KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD are needed, too.',
    )
  }
  return {
    brokers: settings.KAFKA_BROKERS,
    clientId: 'firn',
    ssl: settings.KAFKA_SSL ?? false,
    sasl: mechanism && username && password ? { mechanism, username, password } : undefined,
  }
}
