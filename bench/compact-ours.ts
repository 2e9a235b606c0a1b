import { availableParallelism } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { createEngine } from '../lib/engine/create-engine.ts'

/**
 * One compaction as a process of its own: plan from the manifests, rewrite, commit `replace`. Arguments: the database's
 * URL, a folder to work in, the table's name. Prints one JSON line.
 */

const [url = '', folder = '', name = ''] = process.argv.slice(2)
const started = performance.now()
// The engine's process starts while this one still loads the database client.
const engine = createEngine({
  processes: 1,
  threads: availableParallelism(),
  memoryLimit: '1200MB',
  spillDirectory: path.join(folder, 'spill'),
})
const [
  { openDatabase },
  { createBuiltInCatalog },
  { createFileIO },
  { listLiveFiles },
  { groupByPartition },
  { planCompaction },
  { rewriteGroup },
  { tableOrder },
  { compactionPolicy },
  { defaultPolicy },
  { rewriteDataFiles },
  { commitWithRetry },
] = await Promise.all([
  import('../lib/db.ts'),
  import('../lib/iceberg/catalog/built-in-catalog.ts'),
  import('../lib/storage/create-file-io.ts'),
  import('../lib/maintenance/list-live-files.ts'),
  import('../lib/maintenance/partition-files.ts'),
  import('../lib/maintenance/plan-compaction.ts'),
  import('../lib/maintenance/rewrite-group.ts'),
  import('../lib/maintenance/rewrite-order.ts'),
  import('../lib/maintenance/compaction-policy.ts'),
  import('../lib/maintenance/policy/default-policy.ts'),
  import('../lib/iceberg/actions/rewrite-data-files.ts'),
  import('../lib/iceberg/commit/commit-with-retry.ts'),
])

const db = openDatabase(url, 2)
const io = createFileIO({ cacheDirectory: path.join(folder, 'cache'), cacheBytes: 100_000_000 })
const catalog = await createBuiltInCatalog({
  db,
  io,
  name: 'bench',
  warehouse: pathToFileURL(path.join(folder, 'warehouse')).href,
})
const identifier = { namespace: ['bench'], name }
const opened = performance.now()
const table = await catalog.loadTable(identifier)
const startingSnapshotId = table.metadata.currentSnapshotId
if (startingSnapshotId === undefined) throw new Error('The table has no snapshot.')
const plan = planCompaction(groupByPartition(await listLiveFiles(table), table.metadata), {
  policy: compactionPolicy(defaultPolicy()),
  now: Date.now(),
  byHand: true,
})
const planned = performance.now()
const signal = new AbortController().signal
const rewritten = await Promise.all(
  plan.groups.map((group, index) =>
    rewriteGroup(
      {
        engine,
        io,
        table,
        order: tableOrder(table.metadata),
        directory: path.join(folder, 'staging', String(index)),
        signal,
      },
      group,
      async () => {},
    ),
  ),
)
const rewrote = performance.now()
const { table: committed, snapshot } = await commitWithRetry(
  catalog,
  identifier,
  rewriteDataFiles({
    remove: rewritten.flatMap(({ group }) => group.files.map(({ file }) => file)),
    add: rewritten.flatMap(({ files }) => files),
    startingSnapshotId,
  }),
)
const done = performance.now()
await Promise.all([engine.close(), db.$disconnect()])
console.log(
  JSON.stringify({
    operation: snapshot.summary.operation,
    files: Number(snapshot.summary['total-data-files']),
    rows: Number(snapshot.summary['total-records']),
    output: rewritten.flatMap(({ files }) => files.map((file) => file.filePath)),
    planMs: Math.round(planned - started),
    /** Without the start of the process: as in a worker that is up. */
    warmMs: Math.round(done - opened),
    rewriteMs: Math.round(rewrote - planned),
    commitMs: Math.round(done - rewrote),
    version: committed.metadata.lastSequenceNumber.toString(),
  }),
)
