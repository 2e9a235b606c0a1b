import type { Actor } from '#lib/auth/actor.ts'
import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { unmetExpectation } from '#lib/iceberg/actions/property-rules.ts'
import { updateProperties } from '#lib/iceberg/actions/update-properties.ts'
import type { Committed, Table } from '#lib/iceberg/catalog/catalog.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { propertyValues } from '#lib/maintenance/policy/table-properties.ts'
import { changeCatalog } from '../change-catalog.ts'
import { getCatalog } from '../get-catalog.ts'
import type { TableReference } from '../table-reference.ts'
import { expectProperties, type PropertyChange } from './expect-properties.ts'
import { knownProperties } from './known-properties.ts'

/**
 * Sets and removes properties of a table of any catalog, in one commit.
 * @throws AppError `bad-input` (reserved, a value that nobody can act on), `conflict` when a property is no longer what
 *   was expected; otherwise as `changeCatalog` and `commitChange`
 */
export async function changeProperties(
  reference: TableReference,
  actor: Actor,
  { set, remove, expected }: PropertyChange,
): Promise<Table> {
  const { kind } = await getCatalog(database(), reference.catalog)
  const identifier = { namespace: reference.namespace, name: reference.table }
  for (const [key, value] of Object.entries(set)) assertRule(key, value)
  return changeCatalog(reference.catalog, actor, (catalog) => {
    let base: Table | undefined
    return commitChange(
      catalog,
      identifier,
      (table) => {
        base = table
        expectProperties(table.metadata.properties, expected)
        const change = updateProperties({ set, remove })(table)
        if (kind !== 'rest') assertPolicy(set)
        return change
      },
      // The protocol has no requirement on properties. In our own catalog what was compared is what is replaced.
      kind === 'rest' ? {} : { within: async (_, committed) => assertFollows(committed, base) },
    )
  })
}

function assertRule(key: string, value: string): void {
  const rule = knownProperties.find((known) => known.key === key)?.rule
  const wanted = rule ? unmetExpectation(rule, value) : null
  if (wanted === null) return
  throw new AppError(
    'bad-input',
    `The property ${key} has to be ${wanted}, found ${JSON.stringify(value.slice(0, 80))}.`,
  )
}

/** Firn maintains its own tables: what it cannot act on would stop that. */
function assertPolicy(set: Record<string, string>): void {
  const [problem] = propertyValues(set).problems
  if (problem) throw new AppError('bad-input', problem.message, { context: { property: problem.property } })
}

/** @throws AppError `conflict` (retryable) when another commit came between reading and committing */
function assertFollows({ metadata }: Committed, base: Table | undefined): void {
  if (metadata.metadataLog.at(-1)?.metadataFile === base?.metadataLocation) return
  throw new AppError('conflict', 'Another commit was first.', { retryable: true })
}
