import { compactionPlanner } from './plan-compaction.ts'
import { droppedTablePlanner } from './plan-dropped-table.ts'
import { expiryPlanner } from './plan-expiry.ts'
import { manifestPlanner } from './plan-manifests.ts'
import { oldRowsPlanner } from './plan-old-rows.ts'
import { orphanPlanner } from './plan-orphans.ts'
import { tagPlanner } from './plan-tags.ts'
import type { PlanAction } from './plan-types.ts'
import type { Planner } from './planner.ts'

/** What carries out each action. */
export const planners: Record<PlanAction, Planner> = {
  compaction: compactionPlanner,
  'tag-snapshots': tagPlanner,
  'expire-snapshots': expiryPlanner,
  'remove-orphan-files': orphanPlanner,
  'rewrite-manifests': manifestPlanner,
  'delete-old-rows': oldRowsPlanner,
  'purge-dropped-table': droppedTablePlanner,
}
