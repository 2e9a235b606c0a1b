import { expect, test } from 'vitest'
import { parseEnv } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { kafkaError } from './kafka-error.ts'
import { kafkaOptionsFromEnv } from './kafka-options.ts'

const place = { brokers: ['a:9092', 'b:9092'], topic: 'events' }
const thrown = (fields: object) => Object.assign(new Error('as Kafka said'), fields)

test.each([
  ['an unknown topic', { type: 'UNKNOWN_TOPIC_OR_PARTITION' }, 'not-found', false],
  ['a refused user', { name: 'KafkaJSSASLAuthenticationError' }, 'forbidden', false],
  ['a missing right', { type: 'TOPIC_AUTHORIZATION_FAILED' }, 'forbidden', false],
  ['a large record', { type: 'MESSAGE_TOO_LARGE' }, 'too-large', false],
  ['a bad name', { type: 'INVALID_TOPIC_EXCEPTION' }, 'bad-input', false],
  ['a broker that is away', { name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' }, 'unavailable', true],
  ['something passing', { name: 'KafkaJSProtocolError', retriable: true }, 'unavailable', true],
  ['something lasting', { name: 'KafkaJSInvariantViolation', retriable: false }, 'unavailable', false],
])('%s', (_, fields, code, retryable) => {
  const direct = kafkaError(thrown(fields), place)
  expect(direct).toMatchObject({ code, retryable, context: { brokers: 'a:9092, b:9092', topic: 'events' } })
  const wrapped = thrown({ name: 'KafkaJSNumberOfRetriesExceeded', cause: thrown(fields) })
  expect(kafkaError(wrapped, place)).toMatchObject({ code, retryable })
  expect(kafkaError(thrown({ errors: [thrown(fields)] }), place)).toMatchObject({ code, retryable })
})

test('an AppError passes through', () => {
  const error = new AppError('conflict', 'x')
  expect(kafkaError(error, place)).toBe(error)
})

test('options come from the environment, and half a login is refused', () => {
  expect(kafkaOptionsFromEnv(parseEnv({}))).toBeNull()
  const login = { KAFKA_BROKERS: 'a:1, b:2', KAFKA_SSL: 'true', KAFKA_SASL_MECHANISM: 'scram-sha-512' }
  expect(() => kafkaOptionsFromEnv(parseEnv(login))).toThrow(/KAFKA_SASL_PASSWORD/)
  const whole = parseEnv({ ...login, KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' })
  expect(kafkaOptionsFromEnv(whole)).toEqual({
    brokers: ['a:1', 'b:2'],
    clientId: 'firn',
    ssl: true,
    sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
  })
})
