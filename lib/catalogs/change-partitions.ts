import type { z } from 'zod'
import type { PartitionSpecSchema } from '#lib/api/catalog-schemas.ts'
import { PartitionChangesSchema, type PartitionPreview } from '#lib/api/evolution.ts'
import type { Actor } from '#lib/auth/actor.ts'
import { type PartitionChange, updatePartitionSpec } from '#lib/iceberg/actions/update-partition-spec.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { defaultSpec, specById } from '#lib/iceberg/spec/table-metadata.ts'
import { parseTransform } from '#lib/iceberg/spec/transform.ts'
import { changeTable } from './change-table.ts'
import { expectSame } from './expect-same.ts'
import { parseSteps } from './parse-steps.ts'
import { partitionSpecItem } from './table-detail.ts'
import type { TableReference } from './table-reference.ts'

/** A table's partitions, changed as people describe it. */

type Step = z.output<typeof PartitionChangesSchema>[number]

function toChange(step: Step): PartitionChange {
  switch (step.change) {
    case 'add-field': {
      const { change, column, name } = step
      return { change, column, transform: parseTransform(step.transform), ...(name ? { name } : {}) }
    }
    case 'replace-field': {
      const { change, name, newName } = step
      return { change, name, transform: parseTransform(step.transform), ...(newName ? { newName } : {}) }
    }
    default:
      return step
  }
}

/**
 * What steps would make of a table's partitions.
 * @throws AppError `bad-input` with the reason why it is refused
 */
export async function previewPartitionChange(table: Table, text: string): Promise<PartitionPreview> {
  const { metadata } = table
  const steps = parseSteps(text, PartitionChangesSchema)
  const { updates } = await updatePartitionSpec(steps.map(toChange))(table)
  let after = defaultSpec(metadata)
  let knownSpecId: number | null = null
  for (const update of updates) {
    if (update.action === 'add-spec') {
      // Fields made by the change have their ids; only a client's own may lack them.
      const fields = update.spec.fields.map((field) => ({ ...field, fieldId: field.fieldId ?? 0 }))
      after = { specId: -1, fields }
    }
    if (update.action === 'set-default-spec' && update.specId >= 0) {
      knownSpecId = update.specId
      after = specById(metadata, update.specId)
    }
  }
  return { specId: metadata.defaultSpecId, after: partitionSpecItem(after, metadata).fields, knownSpecId }
}

/** Evolves a table's partitions, if they still are the expected ones. @throws AppError as `changeTable`, `bad-input` */
export async function evolveTablePartitions(
  reference: TableReference,
  actor: Actor,
  { expectedSpecId, changes }: { expectedSpecId: number; changes: readonly Step[] },
): Promise<z.infer<typeof PartitionSpecSchema> & { previousSpecId: number }> {
  const { metadata } = await changeTable(reference, actor, (table) => {
    expectSame('partition spec', table.metadata.defaultSpecId, expectedSpecId)
    return updatePartitionSpec(changes.map(toChange))(table)
  })
  return { ...partitionSpecItem(defaultSpec(metadata), metadata), previousSpecId: expectedSpecId }
}
