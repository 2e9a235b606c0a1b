import { AppError, messageOf } from '#lib/errors.ts'

interface ClientError {
  name?: string
  /** Kafka's own name of the error, e.g. UNKNOWN_TOPIC_OR_PARTITION. */
  type?: string
  code?: string | number
  retriable?: boolean
  cause?: unknown
  errors?: unknown[]
}

const connectionErrors = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSMetadataNotLoaded',
])

/** What Node says of a certificate it does not trust (`ERR_TLS_CERT_ALTNAME_INVALID`, `DEPTH_ZERO_SELF_SIGNED_CERT`, …). */
const isCertificateError = (code: unknown): code is string =>
  typeof code === 'string' && /CERT|LEAF_SIGNATURE/.test(code)

const wrappers = new Set(['KafkaJSNumberOfRetriesExceeded', 'KafkaJSNonRetriableError'])

/** The error below "number of retries exceeded" and below an aggregate. */
function rootOf(error: unknown): unknown {
  const { name = '', cause, errors } = error as ClientError
  if (errors?.[0]) return rootOf(errors[0])
  return wrappers.has(name) && cause ? rootOf(cause) : error
}

export interface KafkaErrorPlace {
  brokers: readonly string[]
  topic?: string
}

/** Translates what kafkajs threw; an AppError passes through. */
export function kafkaError(thrown: unknown, { brokers, topic }: KafkaErrorPlace): AppError {
  if (thrown instanceof AppError) return thrown
  const error = rootOf(thrown)
  const { name = '', type, code, retriable } = error as ClientError
  const where = brokers.join(', ')
  const options = { context: { brokers: where, topic, kafkaError: type ?? name }, cause: thrown }
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || name === 'KafkaJSTopicMetadataNotLoaded') {
    return new AppError(
      'not-found',
      `There is no topic ${topic ?? ''} at ${where}. Create it, or correct the topic's name.`,
      options,
    )
  }
  if (type === 'TOPIC_ALREADY_EXISTS') {
    return new AppError('already-exists', `The topic ${topic ?? ''} exists already at ${where}.`, options)
  }
  if (type === 'INVALID_TOPIC_EXCEPTION' || type === 'INVALID_PARTITIONS' || type === 'INVALID_CONFIG') {
    return new AppError('bad-input', `Kafka refuses the topic ${topic ?? ''}: ${messageOf(error)}`, options)
  }
  if (type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE') {
    return new AppError(
      'too-large',
      `A record is larger than topic ${topic ?? ''} takes (its max.message.bytes). Send smaller records or raise that setting.`,
      options,
    )
  }
  if (name === 'KafkaJSSASLAuthenticationError' || type?.endsWith('_AUTHORIZATION_FAILED')) {
    return new AppError(
      'forbidden',
      `Kafka at ${where} does not let Firn in${topic ? ` to topic ${topic}` : ''} (${type ?? messageOf(error)}). Check KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD, KAFKA_SASL_MECHANISM and the rights of that user.`,
      options,
    )
  }
  if (isCertificateError(code)) {
    return new AppError(
      'unavailable',
      `The certificate of Kafka at ${where} is not trusted here (${code}). Set NODE_EXTRA_CA_CERTS to a PEM file with the authority that signed it, and check that KAFKA_BROKERS has the names that are in it; Firn goes on trying and continues where it was.`,
      { ...options, retryable: true },
    )
  }
  if (connectionErrors.has(name)) {
    const detail = typeof code === 'string' ? code : messageOf(error)
    return new AppError(
      'unavailable',
      `No Kafka broker answers at ${where} (${detail}). Check that it runs and that KAFKA_BROKERS and KAFKA_SSL are right; Firn goes on trying and continues where it was.`,
      { ...options, retryable: true },
    )
  }
  return new AppError('unavailable', `Kafka at ${where}: ${messageOf(error)}`, {
    ...options,
    retryable: retriable !== false,
  })
}
