import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openDatabase } from '../lib/db.ts'
import { createBuiltInCatalog } from '../lib/iceberg/catalog/built-in-catalog.ts'
import { planFiles } from '../lib/iceberg/scan/plan-files.ts'
import { upkeep } from '../lib/maintenance/test-support/upkeep.ts'
import { createFileIO } from '../lib/storage/create-file-io.ts'

/**
 * Expiry or orphan removal from the plan to the deleted files, as a process of its own. Arguments: expire or orphans, the
 * database's URL, a folder to work in, the table's id. Prints one JSON line.
 */

const [what = '', url = '', folder = '', tableId = ''] = process.argv.slice(2)
const db = openDatabase(url, 4)
const io = createFileIO({ cacheDirectory: path.join(folder, 'cache'), cacheBytes: 100_000_000 })
const warehouse = pathToFileURL(path.join(folder, 'warehouse')).href
const catalog = await createBuiltInCatalog({ db, io, name: 'bench', warehouse })
const keep = upkeep({ db, io, catalog })
// As the session of Spark: the table was read before.
await planFiles(await catalog.loadTableById(tableId))

const started = performance.now()
const since = () => Math.round(performance.now() - started)
const plan =
  what === 'expire'
    ? await keep.plan(tableId, 'expire-snapshots', { maxSnapshotAgeMs: 0, minSnapshotsToKeep: 1 })
    : await keep.plan(tableId, 'remove-orphan-files')
const planned = since()
const run = await keep.apply(plan)
const applied = since()
const purge = await keep.purge({ runId: run.id })
const purged = since()
const { metadata } = await catalog.loadTableById(tableId)
await db.$disconnect()
console.log(
  JSON.stringify({
    seconds: purged / 1_000,
    planMs: planned,
    applyMs: applied - planned,
    purgeMs: purged - applied,
    states: [plan.state, run.state, purge.state],
    deleted: (purge.after as { purgedFiles?: number } | null)?.purgedFiles ?? 0,
    snapshots: metadata.snapshots.length,
  }),
)
