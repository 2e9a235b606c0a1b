import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import {
  currentManifests,
  manifestsToRewrite,
  rewriteManifests,
} from '#lib/iceberg/actions/rewrite-manifests.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { PlanItem, Planner } from './planner.ts'

const InputSchema = z.object({ targetBytes: z.number(), schemaId: z.number() })

/** Writes a table's manifests again, fewer of them and in the order of partitions. Nothing is deleted. */
export const manifestPlanner: Planner = {
  action: 'rewrite-manifests',

  async plan(_context, table, policy) {
    const manifests = await currentManifests(table)
    const { targetBytes } = policy.manifests
    const { replaced, expected } = manifestsToRewrite(manifests, targetBytes)
    const items = async function* (): AsyncGenerator<PlanItem[]> {
      yield replaced.map(({ manifestPath, manifestLength }) => ({
        kind: 'manifest',
        location: manifestPath,
        bytes: manifestLength,
      }))
    }
    return {
      input: { targetBytes, schemaId: table.metadata.currentSchemaId },
      summary: {
        manifestsBefore: manifests.length,
        manifestsAfter: manifests.length - replaced.length + expected,
      },
      items: items(),
    }
  },

  async apply({ catalog, plan, runId, items, settle, report, signal }) {
    const { targetBytes } = InputSchema.parse(plan.input)
    const manifests: string[] = []
    for await (const batch of items()) for (const { location } of batch) manifests.push(location)
    const table = await catalog.loadTableById(plan.tableId)
    const before = await measure(table)
    report({ phase: 'rewriting', files: 0, filesTotal: manifests.length })
    const summary = { 'engine-name': 'firn', 'firn.run-id': runId }
    const action = rewriteManifests({ manifests, targetBytes, summary })
    const outcome = await commitWithRetry(catalog, table.identifier, action, {
      maxAttempts: 20,
      signal,
      // The old manifests stay: earlier snapshots read them.
      within: (tx) => settle(tx, { quarantine: false }),
    })
    const after = await measure(outcome.table)
    if (outcome.attempts === 1 && after.liveFiles !== before.liveFiles) {
      throw new AppError(
        'corrupt',
        `${formatIdentifier(table.identifier)} had ${before.liveFiles} live files before its manifests were rewritten and ${after.liveFiles} after. Roll the table back to snapshot ${table.metadata.currentSnapshotId}.`,
      )
    }
    const { metadata, metadataLocation: to } = outcome.table
    return {
      before,
      after: { ...after, snapshotId: outcome.snapshot.snapshotId.toString() },
      changed: { from: metadata.metadataLog.at(-1)?.metadataFile ?? table.metadataLocation, to },
    }
  },
}

async function measure(table: Table) {
  const manifests = await currentManifests(table)
  const sum = (of: (one: (typeof manifests)[number]) => number) =>
    manifests.reduce((total, one) => total + of(one), 0)
  return {
    manifests: manifests.length,
    manifestBytes: sum(({ manifestLength }) => Number(manifestLength)),
    liveFiles: sum((one) => one.addedFilesCount + one.existingFilesCount),
  }
}
