import { z } from 'zod'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { commitChange, type TableChange } from '#lib/iceberg/commit/commit-change.ts'
import { Int64Json, parseJson } from '#lib/iceberg/spec/json.ts'
import { findSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { type CalendarTag, missingTags } from '../calendar-tags.ts'
import type { Planner } from './planner.ts'

const InputJson = z.object({ tags: z.array(z.object({ name: z.string(), snapshotId: Int64Json })) })

/** A hundred years: the number of tags decides which go, also where the table or another engine drops references by age. */
const maxRefAgeMs = 36_500 * 86_400_000

/** The tags of a table that were made by itself, with the snapshots they were made for. */
export async function ownTags(db: Database, tableId: string): Promise<CalendarTag[]> {
  const applied = await db.maintenancePlan.findMany({
    where: { tableId, action: 'tag-snapshots', state: 'applied' },
    orderBy: { appliedAt: 'asc' },
    select: { input: true },
  })
  return applied.flatMap(({ input }) => InputJson.parse(parseJson(input)).tags)
}

/** Tags the snapshots that were current at the end of days, weeks and months. Tags of people are never touched. */
export const tagPlanner: Planner = {
  action: 'tag-snapshots',

  async plan(_context, { metadata }, policy) {
    const { daily, weekly, monthly } = policy.tags
    if (daily === null && weekly === null && monthly === null) {
      throw new AppError(
        'conflict',
        'The policy keeps no tags of days, weeks or months. Set tags.daily, tags.weekly or tags.monthly.',
      )
    }
    const tags = missingTags(metadata, policy.tags, Date.now())
    return {
      input: { tags: tags.map(({ name, snapshotId }) => ({ name, snapshotId })) },
      summary: {
        snapshotsKept: metadata.snapshots.length,
        tagsAdded: tags.map(({ name, snapshotId }) => ({
          name,
          snapshotId: snapshotId.toString(),
          committedAt: new Date(findSnapshot(metadata, snapshotId)?.timestampMs ?? 0).toISOString(),
        })),
      },
      items: (async function* () {})(),
    }
  },

  async apply({ catalog, plan, settle, report, signal }) {
    const { tags } = InputJson.parse(plan.input)
    const table = await catalog.loadTableById(plan.tableId)
    report({ phase: 'committing' })
    const committed = await commitChange(catalog, table.identifier, (current) => changeOf(current, tags), {
      maxAttempts: 50,
      signal,
      within: (tx) => settle(tx, { quarantine: false }),
    })
    const refs = ({ metadata }: Table) => ({ refs: Object.keys(metadata.refs).length })
    return { before: refs(table), after: refs(committed) }
  },
}

function changeOf(table: Table, tags: readonly CalendarTag[]): TableChange {
  const taken = tags.find(({ name }) => Object.hasOwn(table.metadata.refs, name))
  const gone = tags.find(({ snapshotId }) => !findSnapshot(table.metadata, snapshotId))
  if (taken ?? gone) {
    const why = taken ? `there is a "${taken.name}" by now` : `snapshot ${gone?.snapshotId} has expired`
    throw new AppError(
      'conflict',
      `The tags of ${formatIdentifier(table.identifier)} can't be made as planned: ${why}. Plan again.`,
    )
  }
  const { tableUuid } = table.metadata
  return {
    requirements: [
      { type: 'assert-table-uuid', uuid: tableUuid } as const,
      ...tags.map(({ name }) => ({ type: 'assert-ref-snapshot-id', ref: name, snapshotId: null }) as const),
    ],
    updates: tags.map(
      ({ name, snapshotId }) =>
        ({ action: 'set-snapshot-ref', refName: name, type: 'tag', snapshotId, maxRefAgeMs }) as const,
    ),
  }
}
