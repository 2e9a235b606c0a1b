import { LRUCache } from 'lru-cache'
import type { Database } from '#lib/db.ts'
import { columnsNotWritten } from '#lib/engine/duckdb-types.ts'
import { manifestsToRewrite } from '#lib/iceberg/actions/rewrite-manifests.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { danglingDeletes } from '#lib/iceberg/scan/dangling-deletes.ts'
import { currentSchema, currentSnapshot, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { missingTags, nextTagAt } from '../calendar-tags.ts'
import { type CompactionPolicy, compactionPolicy } from '../compaction-policy.ts'
import { evaluateHealth, type PartitionHealth, type TableHealth } from '../evaluate-health.ts'
import type { PartitionTally } from '../health/partition-tally.ts'
import { type TableTally, tallyTable } from '../health/tally-table.ts'
import { listLiveFiles } from '../list-live-files.ts'
import { findTimeColumn } from '../old-rows.ts'
import { groupByPartition } from '../partition-files.ts'
import { isBurdened, planCompaction, sealedAfterMs } from '../plan-compaction.ts'
import { selectForExpiry } from '../plans/select-for-expiry.ts'
import { type EffectivePolicy, valuesOf } from '../policy/effective-policy.ts'
import { tagRules } from '../policy/planner-policy.ts'
import type { PolicyValues } from '../policy/policy-fields.ts'
import { orderProblem } from '../rewrite-order.ts'
import type { TableFacts } from './decide.ts'
import { loadHistory } from './load-history.ts'

type OwnTable = Table & { id: string }

export interface MeasuredTable {
  health: TableHealth
  partitions: PartitionHealth[]
}

/** Measures a table from what its manifests add up to. */
async function measure(db: Database, table: OwnTable, values: PolicyValues, now: number) {
  const { metadata } = table
  const policy = compactionPolicy(values)
  const tally = await tallyTable(table, policy.smallFileBytes)
  const overdue = await countExpired(db, table, values, now)
  const { replaced, expected } = manifestsToRewrite(tally.manifests, values['manifests.targetBytes'])
  const count = tally.manifests.length
  const manifests = { count, replaced: replaced.length, expected }
  const measured: MeasuredTable = evaluateHealth({
    tally,
    policy,
    manifests: { needed: count - replaced.length + expected, minCount: values['manifests.minCount'] },
    snapshots: { listed: metadata.snapshots.length, overdue },
    snapshotId: metadata.currentSnapshotId ?? null,
    now: new Date(now),
  })
  return { measured, policy, tally, overdue, manifests }
}

/** A table's health by its policy, whole and by partition. */
export async function measureHealth(
  db: Database,
  table: OwnTable,
  policy: EffectivePolicy,
): Promise<MeasuredTable> {
  return (await measure(db, table, valuesOf(policy), Date.now())).measured
}

/**
 * Looks at a table as it is: its health, and all that decides what starts by itself. Each commit adds its own manifests to
 * what is known of the others; single files are looked at only where there may be something to rewrite.
 */
export async function lookAtTable(
  db: Database,
  table: OwnTable,
  policy: EffectivePolicy,
): Promise<MeasuredTable & { facts: TableFacts }> {
  const now = Date.now()
  const values = valuesOf(policy)
  const [known, row, before, history] = await Promise.all([
    measure(db, table, values, now),
    db.icebergTable.findUniqueOrThrow({ where: { id: table.id }, select: { createdAt: true } }),
    db.tableEvaluation.findFirst({
      where: { tableId: table.id },
      orderBy: { at: 'desc' },
      select: { at: true },
    }),
    loadHistory(db, table.id),
  ])
  return {
    ...known.measured,
    facts: {
      now,
      lookedAt: (before?.at ?? row.createdAt).getTime(),
      createdAt: row.createdAt.getTime(),
      policy,
      compaction: await lookAtFiles(table, known.tally, known.policy, now),
      tags: lookAtTags(table.metadata, values, now),
      expired: known.overdue,
      manifests: known.manifests,
      retention: { columnProblem: timeColumnProblem(table.metadata, values['retention.column']) },
      history,
    },
  }
}

/** Snapshots and references past their retention, without those that somebody brought back. */
async function countExpired(
  db: Database,
  table: OwnTable,
  values: PolicyValues,
  now: number,
): Promise<number> {
  const expiry = {
    maxSnapshotAgeMs: values['expiry.maxSnapshotAgeMs'],
    minSnapshotsToKeep: values['expiry.minSnapshotsToKeep'],
    maxSnapshotsToKeep: values['expiry.maxSnapshotsToKeep'],
    maxRefAgeMs: values['expiry.maxRefAgeMs'],
  }
  const { snapshots, refs } = await selectForExpiry(db, table, { expiry, tags: tagRules(values) }, { now })
  return snapshots.length + refs.length
}

const timeColumnProblem = (metadata: TableMetadata, name: string | null): string | null =>
  name === null ? null : findTimeColumn(currentSchema(metadata), { name }).problem

function lookAtTags(metadata: TableMetadata, values: PolicyValues, now: number): TableFacts['tags'] {
  const rules = tagRules(values)
  const missing = missingTags(metadata, rules, now)
  return {
    missing: missing.length,
    newest: missing[0]?.name ?? null,
    nextAt: nextTagAt(metadata, rules, now),
  }
}

type FileWork = Pick<
  TableFacts['compaction'],
  'burdenedFiles' | 'danglingDeletes' | 'plannedFiles' | 'sealedAt'
>

/**
 * What there is to rewrite stays the same until the next commit or until a partition has stopped growing: a page that
 * asks every few seconds does not list all files of a table again.
 */
const knownWork = new LRUCache<string, FileWork>({ max: 500 })

async function lookAtFiles(
  table: Table,
  { partitions, everywhere, strandedDeleteFiles }: TableTally,
  policy: CompactionPolicy,
  now: number,
): Promise<TableFacts['compaction']> {
  let worst: PartitionTally | undefined
  for (const one of partitions) if (!worst || one.smallFiles > worst.smallFiles) worst = one
  const schema = currentSchema(table.metadata)
  const notWritten = columnsNotWritten(schema.fields)
  const found = {
    notWritten,
    orderProblem: orderProblem(schema, policy),
    smallFiles: worst?.smallFiles ?? 0,
    partition: worst?.path ?? null,
  }
  const candidates = partitions.filter((one) => one.smallFiles >= policy.minInputFiles)
  const hasDeletes =
    everywhere.equalityDeleteFiles > 0 ||
    strandedDeleteFiles > 0 ||
    partitions.some((one) => one.positionDeleteFiles + one.equalityDeleteFiles > 0)
  if (notWritten.length > 0 || (candidates.length === 0 && !hasDeletes)) {
    return { ...found, burdenedFiles: 0, danglingDeletes: 0, plannedFiles: 0, sealedAt: null }
  }
  const key = `${table.metadataLocation} ${JSON.stringify(policy)}`
  const known = knownWork.get(key)
  if (known) return { ...found, ...known }
  const files = await listLiveFiles(table)
  const snapshot = currentSnapshot(table.metadata)
  const arrivals = new Map(
    table.metadata.snapshots.map((snapshot) => [snapshot.sequenceNumber, snapshot.timestampMs]),
  )
  const sealed = candidates
    .map((one) => (arrivals.get(one.newestSequence) ?? 0) + sealedAfterMs)
    .filter((time) => time > now)
  const sealedAt = sealed.length > 0 ? Math.min(...sealed) : null
  const work: FileWork = {
    burdenedFiles: files.filter((live) => isBurdened(live, policy)).length,
    danglingDeletes: hasDeletes && snapshot ? (await danglingDeletes(table, snapshot, files)).length : 0,
    plannedFiles: planCompaction(groupByPartition(files, table.metadata), { policy, now, byHand: false })
      .files,
    sealedAt,
  }
  knownWork.set(key, work, sealedAt === null ? {} : { ttl: sealedAt - now })
  return { ...found, ...work }
}
