import { z } from 'zod'
import type { WhyAnswer } from '#lib/api/maintenance-health.ts'
import type { Database } from '#lib/db.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { loadTablePolicy } from '../policy/load-policy.ts'
import type { MaintenanceAction } from '../policy/policy-fields.ts'
import { StoredDecisionSchema } from './condition.ts'
import { decideAll } from './decide.ts'
import { lookAtTable } from './look-at-table.ts'

const Decisions = z.array(StoredDecisionSchema)

/** What would be decided for a table now, by the function that decides, and what was decided last. */
export async function explainTable(db: Database, table: Table & { id: string }): Promise<WhyAnswer> {
  const { facts } = await lookAtTable(db, table, await loadTablePolicy(db, table))
  const decisions = decideAll(facts)
  const [row, last, ...started] = await Promise.all([
    db.icebergTable.findUniqueOrThrow({ where: { id: table.id }, select: { evaluateAfter: true } }),
    db.tableEvaluation.findFirst({ where: { tableId: table.id }, orderBy: { at: 'desc' } }),
    ...decisions.map(({ action }) =>
      db.tableEvaluation.findFirst({
        where: { tableId: table.id, decisions: { array_contains: [{ action, due: true }] } },
        orderBy: { at: 'desc' },
      }),
    ),
  ])
  return {
    lookedAt: new Date(facts.now).toISOString(),
    nextLookAt: row.evaluateAfter?.toISOString() ?? null,
    actions: decisions.map((decision, index) => ({
      ...decision,
      last: storedOf(last, decision.action),
      lastStarted: storedOf(started[index] ?? null, decision.action),
    })),
  }
}

function storedOf(row: { at: Date; decisions: unknown } | null, action: MaintenanceAction) {
  const stored = Decisions.parse(row?.decisions ?? []).find((one) => one.action === action)
  return row && stored ? { ...stored, at: row.at.toISOString() } : null
}
