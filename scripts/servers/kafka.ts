import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '#lib/errors.ts'
import { startBackgroundServer } from './background-server.ts'
import { javaProgram, mavenJars } from './java.ts'
import { kafkaAnswers } from './kafka-answers.ts'
import { freePort, portIsFree } from './process.ts'
import { runProgram, summaryOf } from './run-program.ts'

export interface KafkaServerOptions {
  directory: string
  /** Of 127.0.0.1; the one of the last start if it is free, else any. */
  port?: number
  /** One more listener, by TLS and for these people only. */
  secured?: SecuredListener
}

export interface SecuredListener {
  port: number
  /** A PKCS #12 file with a private key and its certificate. */
  keyFile: string
  keyPassword: string
  username: string
  password: string
}

export interface RunningKafka {
  /** `127.0.0.1:port` */
  brokers: string
  adopted: boolean
  pid: number
  stop(): Promise<void>
}

const recipe = fileURLToPath(new URL('./kafka/', import.meta.url))
const kafkaVersion = '4.3.1'

const needs = 'Kafka'

/** The folder with the broker's jars, fetched by Maven once and checked at every start. */
const kafkaJars = (): Promise<string> =>
  mavenJars({
    name: `kafka-${kafkaVersion}`,
    program: needs,
    recipe,
    instead: 'set KAFKA_BROKERS to a cluster of your own',
  })

interface Facts {
  port: number
  controllerPort: number
}

/**
 * Starts a one-node Kafka on a folder, or takes over the one that runs there. Data and cluster id stay in the folder.
 * @throws AppError `unavailable` with one line that says what to install
 */
export async function startKafka(options: KafkaServerOptions): Promise<RunningKafka> {
  const directory = path.resolve(options.directory)
  const portsFile = path.join(directory, 'ports.json')
  const properties = path.join(directory, 'server.properties')
  const java = await javaProgram(needs)
  const jars = await kafkaJars()
  mkdirSync(directory, { recursive: true })
  const jvm = (mainClass: string, ...args: string[]) => [
    '-Xms128m',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    `-Dlog4j2.configurationFile=${path.join(directory, 'log4j2.yaml')}`,
    '-cp',
    path.join(jars, '*'),
    mainClass,
    ...args,
  ]
  const server = await startBackgroundServer<Facts>({
    name: 'kafka',
    directory,
    prepare: async () => {
      const facts = await choosePorts(portsFile, options.port)
      writeFileSync(portsFile, JSON.stringify(facts))
      writeFileSync(properties, serverProperties(directory, facts, options.secured))
      writeFileSync(path.join(directory, 'log4j2.yaml'), logSettings)
      const scram = scramMechanisms.flatMap((mechanism) =>
        options.secured
          ? [
              '--add-scram',
              `${mechanism}=[name=${options.secured.username},password=${options.secured.password}]`,
            ]
          : [],
      )
      await format(
        directory,
        java,
        jvm('kafka.tools.StorageTool', 'format', '--config', properties, ...scram),
      )
      return facts
    },
    launch: () => ({ program: java, args: jvm('kafka.Kafka', properties) }),
    isReady: ({ port }) => kafkaAnswers(port),
    patienceMs: 90_000,
  })
  return {
    brokers: `127.0.0.1:${server.facts.port}`,
    adopted: server.adopted,
    pid: server.pid,
    stop: server.stop,
  }
}

async function choosePorts(portsFile: string, wanted: number | undefined): Promise<Facts> {
  if (wanted !== undefined && !(await portIsFree(wanted))) {
    throw new AppError(
      'unavailable',
      `Port ${wanted} is in use by another program, so Kafka cannot listen there. Stop that program or choose another port.`,
    )
  }
  const last: Partial<Facts> = existsSync(portsFile) ? JSON.parse(readFileSync(portsFile, 'utf8')) : {}
  const port = wanted ?? (last.port && (await portIsFree(last.port)) ? last.port : await freePort())
  return { port, controllerPort: await freePort() }
}

/** Writes cluster id and first metadata, once for a folder. */
async function format(directory: string, java: string, args: string[]): Promise<void> {
  const data = path.join(directory, 'data')
  if (existsSync(path.join(data, 'meta.properties'))) return
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A')
  const formatted = await runProgram(java, [...args, '--cluster-id', clusterId])
  if (formatted.code === 0) return
  rmSync(data, { recursive: true, force: true })
  throw new AppError('unavailable', `Kafka’s storage could not be formatted: ${summaryOf(formatted)}`)
}

const scramMechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

function securedProperties({
  keyFile,
  keyPassword,
  username,
  password,
}: SecuredListener): Record<string, string> {
  const login = (module: string, options = '') =>
    `org.apache.kafka.common.security.${module} required${options};`
  const ofListener: Record<string, string> = {
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': keyFile,
    'ssl.keystore.password': keyPassword,
    'sasl.enabled.mechanisms': ['PLAIN', ...scramMechanisms].join(),
    'plain.sasl.jaas.config': login('plain.PlainLoginModule', ` user_${username}="${password}"`),
    ...Object.fromEntries(
      scramMechanisms.map((mechanism) => [
        `${mechanism.toLowerCase()}.sasl.jaas.config`,
        login('scram.ScramLoginModule'),
      ]),
    ),
  }
  return Object.fromEntries(
    Object.entries(ofListener).map(([name, value]) => [`listener.name.secured.${name}`, value]),
  )
}

function serverProperties(directory: string, facts: Facts, secured?: SecuredListener): string {
  const listeners = [
    `PLAINTEXT://127.0.0.1:${facts.port}`,
    ...(secured ? [`SECURED://127.0.0.1:${secured.port}`] : []),
  ].join()
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    // A static quorum: its port is not part of the metadata, so it may change from start to start.
    'controller.quorum.voters': `1@127.0.0.1:${facts.controllerPort}`,
    listeners: `${listeners},CONTROLLER://127.0.0.1:${facts.controllerPort}`,
    'advertised.listeners': listeners,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': path.join(directory, 'data'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
    // The members of a group are few and come one after the other: nobody to wait for.
    'group.initial.rebalance.delay.ms': '0',
    // After kill -9 the next start waits until the broker's old session has run out.
    'broker.session.timeout.ms': '4000',
    'broker.heartbeat.interval.ms': '1000',
    'num.network.threads': '2',
    'num.io.threads': '2',
    'log.cleaner.dedupe.buffer.size': '16777216',
    ...(secured ? securedProperties(secured) : {}),
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

const logSettings = `Configuration:
  Appenders:
    Console: { name: out, PatternLayout: { pattern: "%d{ISO8601} %p %m (%c)%n" } }
  Loggers:
    Root: { level: WARN, AppenderRef: { ref: out } }
`
