import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { ancestorsOf } from '#lib/iceberg/spec/snapshot-history.ts'
import { parseTableName } from '#lib/ingest/parse-table-name.ts'
import { scanTable } from '#lib/row-level/local-table-scan.ts'
import { sparkPython } from '../../bench/spark/spark-python.ts'
import { pythonWithPyIceberg } from '../../scripts/servers/python.ts'
import { type Step, StepsSchema } from './concurrent-work.ts'
import { createEngineWorkspace, type EngineWorkspace } from './engine-workspace.ts'
import { type Peer, startPeer } from './peer.ts'

/** Two Firns, a PyIceberg and a Spark write to one table at once, through the catalog: `npm run test:concurrency`. */

const seconds = 30
const directory = mkdtempSync(path.join(tmpdir(), 'firn-concurrency-'))
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const table = 'shared.rows'

let firn: EngineWorkspace
const writers = new Map<string, Peer>()

beforeAll(async () => {
  const [python, spark] = [await pythonWithPyIceberg(), await sparkPython()]
  firn = await createEngineWorkspace()
  const { server, tokens } = firn.rest
  for (const name of ['firn-1', 'firn-2']) {
    const folder = path.join(directory, name)
    writers.set(
      name,
      startPeer(process.execPath, [script('firn-peer.ts'), server.url, tokens.engineer, folder]),
    )
  }
  writers.set('pyiceberg', startPeer(python, [script('pyiceberg_peer.py'), server.url, tokens.engineer]))
  const sparkArguments = [
    script('spark_peer.py'),
    spark.jar,
    path.join(directory, 'spark'),
    server.url,
    tokens.engineer,
  ]
  writers.set('spark', startPeer(spark.executable, sparkArguments, { TZ: 'UTC' }))
  await firn.catalog.createNamespace(['shared'])
})
afterAll(async () => {
  await Promise.all([...writers.values()].map((writer) => writer.close()))
  await firn?.close()
  rmSync(directory, { recursive: true, force: true })
})

const createTable = (name: string) =>
  firn.catalog.createTable(parseTableName(name), {
    schema: {
      schemaId: 0,
      fields: [
        { id: 1, name: 'id', required: false, type: 'long' },
        { id: 2, name: 'writer', required: false, type: 'string' },
      ],
    },
    properties: {
      'format-version': '2',
      'write.delete.mode': 'merge-on-read',
      // Nobody writes rows that another deletes.
      'write.delete.isolation-level': 'snapshot',
      'write.metadata.previous-versions-max': '10000',
      'commit.retry.num-retries': '20',
      'commit.retry.min-wait-ms': '50',
      'commit.retry.max-wait-ms': '1000',
    },
  })

async function allWork(name: string, duration: number): Promise<Map<string, Step[]>> {
  const work = [...writers].map(async ([writer, peer], index): Promise<[string, Step[]]> => {
    const request = { table: name, first: (index + 1) * 1_000_000_000, seconds: duration }
    return [writer, StepsSchema.parse(await peer.ask('work', request))]
  })
  return new Map(await Promise.all(work))
}

it('keeps every acknowledged row once, and every acknowledged commit, in one line of history', async () => {
  // All have loaded what they need before it counts.
  await createTable('shared.warm_up')
  await allWork('shared.warm_up', 8)
  await createTable(table)
  const work = await allWork(table, seconds)
  const steps = [...work.values()].flat()

  for (const [writer, own] of work) {
    const outcomes = Map.groupBy(own, ({ kind, outcome }) => `${kind} ${outcome}`)
    console.log(writer, Object.fromEntries([...outcomes].map(([key, some]) => [key, some.length])))
    for (const kind of ['append', 'delete'] as const) {
      expect(
        own.some((step) => step.kind === kind && step.outcome === 'done'),
        `${writer} ${kind}s`,
      ).toBe(true)
    }
  }
  expect(steps.some(({ kind, outcome }) => kind === 'compact' && outcome === 'done')).toBe(true)

  const { metadata, io, metadataLocation } = await firn.load(table)
  const scan = await scanTable(await firn.load(table))
  const rows = await firn.query('SELECT id, count(*)::INT AS times FROM t GROUP BY id', { t: scan })
  const found = new Map(rows.map((row) => [Number(row.id), Number(row.times)]))
  const problems: string[] = []
  const deleted = new Map<number, Step>()
  for (const step of steps)
    if (step.kind === 'delete')
      for (const id of step.ids) {
        if (step.outcome !== 'refused') deleted.set(id, step)
      }
  for (const step of steps) {
    if (step.kind !== 'append') continue
    for (const id of step.ids) {
      const times = found.get(id) ?? 0
      found.delete(id)
      const gone = deleted.get(id)
      const certain = step.outcome !== 'unsure' && gone?.outcome !== 'unsure'
      const expected = step.outcome === 'done' && !gone ? 1 : 0
      if (certain ? times !== expected : times > 1) {
        problems.push(
          `row ${id} of ${step.name} (${step.outcome}), ${gone ? `deleted by ${gone.name}` : 'not deleted'}: ${times} times`,
        )
      }
    }
  }
  expect(problems).toEqual([])
  expect([...found.keys()], 'rows that nobody wrote').toEqual([])

  const history = ancestorsOf(metadata, metadata.currentSnapshotId)
  expect(history).toHaveLength(metadata.snapshots.length)
  expect(history.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
    history.map((_, index) => BigInt(history.length - index)),
  )
  const commits = Map.groupBy(history, ({ summary }) => summary['operation-name'] ?? '')
  for (const { name, kind, outcome } of steps) {
    if (kind === 'compact' || outcome === 'skipped') continue
    const count = commits.get(name)?.length ?? 0
    if (outcome === 'done') expect(count, `snapshots of ${name}`).toBeGreaterThan(0)
    if (outcome === 'refused') expect(count, `snapshots of the refused ${name}`).toBe(0)
  }

  // Each version of the metadata follows the one before it.
  const files = [...metadata.metadataLog.map((entry) => entry.metadataFile), metadataLocation]
  expect(files.map((file) => Number(/\/(\d{5})-[^/]*$/.exec(file)?.[1]))).toEqual(
    files.map((_, index) => index),
  )
  for (const [index, file] of files.entries()) {
    const version = await readMetadataFile(io, file)
    expect(version.metadataLog.map((entry) => entry.metadataFile)).toEqual(files.slice(0, index))
    expect(version.snapshots.length).toBeLessThanOrEqual(index)
  }

  const ours = await firn.digest(table)
  expect(await writers.get('pyiceberg')?.digest('read', { table })).toEqual(ours)
  expect(await writers.get('spark')?.digest('read', { text: `SELECT * FROM ${table}` })).toEqual(ours)
})
