/** Firn in a process of its own, with the catalog as any client has it: firn-peer.ts URI TOKEN FOLDER (see peer.ts). */
import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { createEngine } from '#lib/engine/create-engine.ts'
import { messageOf } from '#lib/errors.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { rewriteDataFiles } from '#lib/iceberg/actions/rewrite-data-files.ts'
import { openRestCatalog } from '#lib/iceberg/catalog/rest-catalog/rest-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { isIn } from '#lib/iceberg/scan/expression.ts'
import { parseTableName } from '#lib/ingest/parse-table-name.ts'
import { compactionPolicy } from '#lib/maintenance/compaction-policy.ts'
import { listLiveFiles } from '#lib/maintenance/list-live-files.ts'
import { groupByPartition } from '#lib/maintenance/partition-files.ts'
import { planCompaction } from '#lib/maintenance/plan-compaction.ts'
import { defaultPolicy } from '#lib/maintenance/policy/default-policy.ts'
import { rewriteGroup } from '#lib/maintenance/rewrite-group.ts'
import { rewriteOrder } from '#lib/maintenance/rewrite-order.ts'
import { deleteRows } from '#lib/row-level/delete-rows.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import { type Step, workFor } from './concurrent-work.ts'
import { writeRows } from './write-rows.ts'

const [uri = '', token = '', folder = ''] = process.argv.slice(2)
const RequestSchema = z.object({
  do: z.literal('work'),
  table: z.string(),
  first: z.number(),
  seconds: z.number(),
})

const io = createFileIO({ cacheDirectory: path.join(folder, 'cache'), cacheBytes: 10_000_000 })
const catalog = await openRestCatalog({
  name: 'firn',
  uri,
  credential: { kind: 'bearer', token },
  openFileIO: () => io,
})
const engine = createEngine({
  processes: 1,
  threads: 1,
  memoryLimit: '500MB',
  spillDirectory: path.join(folder, 'spill'),
})

async function compact(table: string, name: string): Promise<void> {
  const identifier = parseTableName(table)
  const loaded = await catalog.loadTable(identifier)
  const startingSnapshotId = loaded.metadata.currentSnapshotId
  if (startingSnapshotId === undefined) return
  const policy = compactionPolicy(defaultPolicy())
  const plan = planCompaction(groupByPartition(await listLiveFiles(loaded), loaded.metadata), {
    policy,
    now: Date.now(),
    byHand: true,
  })
  for (const group of plan.groups) {
    const context = {
      engine,
      io,
      table: loaded,
      order: rewriteOrder(loaded.metadata, policy),
      directory: path.join(folder, name),
      signal: new AbortController().signal,
    }
    const { files } = await rewriteGroup(context, group, async () => undefined)
    await commitWithRetry(
      catalog,
      identifier,
      rewriteDataFiles({
        remove: group.files.map(({ file }) => file),
        add: files,
        startingSnapshotId,
        summary: { 'operation-name': name },
      }),
    )
  }
}

const work = ({ table, first, seconds }: z.infer<typeof RequestSchema>): Promise<Step[]> => {
  const identifier = parseTableName(table)
  return workFor(seconds, first, {
    append: async (ids, name) => {
      const select = `SELECT ${ids[0]} + range AS id, 'firn' AS writer FROM range(${ids.length})`
      const files = await writeRows(engine, await catalog.loadTable(identifier), folder, [{ select }])
      await commitWithRetry(catalog, identifier, appendFiles({ files, summary: { 'operation-name': name } }))
    },
    delete: async (ids, name) => {
      const context = { engine, catalog, workDirectory: path.join(folder, name) }
      await deleteRows(context, { identifier, filter: isIn('id', ids), summary: { 'operation-name': name } })
    },
    compact: (_, name) => compact(table, name),
  })
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await work(RequestSchema.parse(JSON.parse(line))).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: messageOf(error) }),
  )
  console.log(`@@answer ${JSON.stringify(answer)}`)
}
await engine.close()
