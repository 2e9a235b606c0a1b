import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { javaProgram } from '../../scripts/servers/java.ts'
import { type RunningKafka, startKafka } from '../../scripts/servers/kafka.ts'
import { freePort } from '../../scripts/servers/process.ts'
import { runProgram } from '../../scripts/servers/run-program.ts'
import { createKafkaClient } from './create-kafka-client.ts'
import type { KafkaOptions } from './kafka-client.ts'

// A broker of its own that lets in by TLS and password only, as a company's does.
const directory = path.join(inject('harness').directory, 'kafka-secured')
const [username, password] = ['firn', 'glacier-blue'] as const
const trusted = tls.getCACertificates('default')
let broker: RunningKafka
let brokers: string[]

/** A key with a certificate for 127.0.0.1 that signs itself, by the keytool that comes with Java. */
async function makeKey(): Promise<{ keyFile: string; certificate: string }> {
  const keytool = path.join(path.dirname(await javaProgram('Kafka')), 'keytool')
  const store = ['-keystore', path.join(directory, 'key.p12'), '-storepass', 'changeit', '-alias', 'broker']
  const run = async (...args: string[]) => {
    const { code, output } = await runProgram(keytool, [...args, ...store])
    if (code !== 0) throw new Error(output)
  }
  const subject = ['-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1', '-validity', '2']
  await run('-genkeypair', '-keyalg', 'RSA', '-keysize', '2048', '-storetype', 'PKCS12', ...subject)
  const certificateFile = path.join(directory, 'certificate.pem')
  await run('-exportcert', '-rfc', '-file', certificateFile)
  return { keyFile: path.join(directory, 'key.p12'), certificate: readFileSync(certificateFile, 'utf8') }
}

beforeAll(async () => {
  await mkdir(directory, { recursive: true })
  const { keyFile, certificate } = await makeKey()
  const port = await freePort()
  broker = await startKafka({
    directory,
    secured: { port, keyFile, keyPassword: 'changeit', username, password },
  })
  brokers = [`127.0.0.1:${port}`]
  tls.setDefaultCACertificates([...trusted, certificate])
}, 120_000)
afterAll(async () => {
  tls.setDefaultCACertificates(trusted)
  await broker?.stop()
})

const clientOf = (options: Partial<KafkaOptions>) => createKafkaClient({ brokers, ssl: true, ...options })

test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
  'records go in and come out by %s over TLS',
  async (mechanism) => {
    const client = clientOf({ sasl: { mechanism, username, password } })
    await client.createTopic(mechanism, { partitions: 1 })
    await client.produce(mechanism, [{ value: `by ${mechanism}`, partition: 0 }])
    const stopping = new AbortController()
    const seen: string[] = []
    await client.readTopic({
      topic: mechanism,
      groupId: `reader-${mechanism}`,
      limits: { rows: 10, bytes: 1_000_000, milliseconds: 50 },
      startOffsets: async () => new Map(),
      onBatch: async ({ partitions }) => {
        seen.push(...partitions.flatMap(({ records }) => records.map(({ value }) => `${value}`)))
        stopping.abort()
      },
      signal: stopping.signal,
    })
    expect(seen).toEqual([`by ${mechanism}`])
    await client.close()
  },
  60_000,
)

test.each([
  [
    'a wrong password',
    { sasl: { mechanism: 'scram-sha-256', username, password: 'wrong' } },
    { code: 'forbidden', retryable: false, message: /does not let Firn in.*KAFKA_SASL_PASSWORD/ },
  ],
  ['nobody at all', {}, { message: /KAFKA_SASL|KAFKA_SSL/ }],
  [
    'TLS left out',
    { ssl: false, sasl: { mechanism: 'plain', username, password } },
    { code: 'unavailable', retryable: true, message: /KAFKA_SSL/ },
  ],
] as const)(
  '%s is refused with what to check',
  async (_case, options, { message, ...rest }) => {
    const client = clientOf(options)
    await expect(client.listTopics()).rejects.toMatchObject({
      ...rest,
      message: expect.stringMatching(message),
    })
    await client.close()
  },
  60_000,
)

test('a certificate that nobody here trusts is refused, and the message says how to trust it', async () => {
  tls.setDefaultCACertificates(trusted)
  const client = clientOf({ sasl: { mechanism: 'plain', username, password } })
  await expect(client.listTopics()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/certificate.*NODE_EXTRA_CA_CERTS/),
  })
  await client.close()
}, 60_000)
