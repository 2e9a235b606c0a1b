import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createIngestWorkspace, type IngestWorkspace } from '../../e2e/harness/ingest-workspace.ts'
import { checkLedger } from './ledger.ts'
import { claimPartitions, type HeldPartition, renewLeases } from './partition-lease.ts'
import { type BatchToStage, stageBatch } from './stage-batch.ts'

let workspace: IngestWorkspace
let sourceId: string

beforeAll(async () => {
  workspace = await createIngestWorkspace()
  sourceId = await workspace.addSource('topic', {
    kind: 'kafka',
    topic: 'events',
    archive: false,
    start: 'earliest',
  })
})

afterAll(async () => {
  await workspace?.dispose()
})

const claim = (owner: string, name: string) =>
  claimPartitions(workspace.db, { sourceId, owner, names: [name] })

const batch = (partition: HeldPartition, from: bigint, to: bigint): BatchToStage => ({
  id: randomUUID(),
  sourceId,
  ranges: [{ partition, from, to, rows: Number(to - from), release: false }],
  files: [],
  rows: Number(to - from),
  bytes: 1,
  errorRows: 0,
  latestEvent: null,
  errors: [],
})

it('a lease that could not be given back is no obstacle to its own holder', async () => {
  await workspace.db.sourcePartition.create({ data: { sourceId, name: 'kept' } })
  const [first] = await claim('me', 'kept')
  await renewLeases(workspace.db, 'me')
  expect(await claim('other', 'kept')).toEqual([])
  const [again] = await claim('me', 'kept')
  expect(again).toMatchObject({ id: first?.id, epoch: 2n })
})

const expireLeases = () =>
  workspace.db.sourcePartition.updateMany({ where: { sourceId }, data: { leaseUntil: new Date(0) } })

it('a partition has one holder; a later one fences the former', async () => {
  await workspace.db.sourcePartition.create({ data: { sourceId, name: 'p' } })
  const [first] = await claim('first', 'p')
  expect(first).toMatchObject({ epoch: 1n, position: 0n })
  expect(await claim('second', 'p')).toEqual([])
  await stageBatch(workspace.db, batch(first as HeldPartition, 0n, 10n))
  await expireLeases()
  const [second] = await claim('second', 'p')
  expect(second).toMatchObject({ epoch: 2n, position: 10n })
  await expect(stageBatch(workspace.db, batch(first as HeldPartition, 10n, 20n))).rejects.toMatchObject({
    code: 'conflict',
  })
  await stageBatch(workspace.db, batch(second as HeldPartition, 10n, 25n))
  await expect(stageBatch(workspace.db, batch(second as HeldPartition, 10n, 25n))).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(await checkLedger(workspace.db, sourceId)).toMatchObject({
    ranges: 2,
    rows: 25n,
    gaps: 0,
    overlaps: 0,
  })
})

it('a holder whose process is marked as crashed loses its partitions at once', async () => {
  await workspace.db.sourcePartition.create({ data: { sourceId, name: 'crash' } })
  const crashed = await workspace.db.workerProcess.create({
    data: { kind: 'ingest', host: 'h', pid: 1, version: '0', state: 'ready' },
  })
  expect(await claim(crashed.id, 'crash')).toHaveLength(1)
  expect(await claim('second', 'crash')).toEqual([])
  await workspace.db.workerProcess.update({ where: { id: crashed.id }, data: { state: 'crashed' } })
  expect(await claim('second', 'crash')).toHaveLength(1)
})

it('the ledger tells gaps and overlaps from each other', async () => {
  const other = await workspace.addSource('gaps', {
    kind: 'kafka',
    topic: 'gaps',
    archive: false,
    start: 'earliest',
  })
  const { id } = await workspace.db.batch.create({
    data: { id: randomUUID(), sourceId: other, rows: 0, bytes: 0, errorRows: 0 },
  })
  const ranges: [bigint, bigint][] = [
    [100n, 110n],
    [110n, 120n],
    [130n, 140n],
    [135n, 150n],
  ]
  await workspace.db.sourcePartition.create({ data: { sourceId: other, name: '0', position: 160n } })
  await workspace.db.offsetRange.createMany({
    data: ranges.map(([fromOffset, toOffset]) => ({
      batchId: id,
      sourceId: other,
      partitionName: '0',
      fromOffset,
      toOffset,
      rows: 10,
    })),
  })
  expect(await checkLedger(workspace.db, other)).toEqual({
    partitions: 1,
    ranges: 4,
    rows: 40n,
    gaps: 2,
    overlaps: 1,
    findings: [
      { partition: '0', kind: 'gap', from: 120n, to: 130n },
      { partition: '0', kind: 'overlap', from: 135n, to: 140n },
      { partition: '0', kind: 'gap', from: 150n, to: 160n },
    ],
  })
})
