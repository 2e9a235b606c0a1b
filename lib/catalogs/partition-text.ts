import type { PartitionSpec } from '#lib/iceberg/spec/partition-spec.ts'
import { typedPartitionFields } from '#lib/iceberg/spec/partition-type.ts'
import type { PartitionValue } from '#lib/iceberg/spec/partition-value.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { formatPartitionValue } from '#lib/iceberg/spec/transform.ts'

/**
 * Makes partition values of a spec text, by field name in the spec's order: `2025`, `2025-07`, `2025-07-01`, `2025-07-01-13`,
 * else as the source column's values read. NULL stays null.
 */
export function partitionTextOf(
  spec: PartitionSpec,
  schemas: readonly Schema[],
): (partition: Record<string, PartitionValue>) => Record<string, string | null> {
  const fields = typedPartitionFields(spec, schemas)
  return (partition) =>
    Object.fromEntries(
      fields.map(({ name, transform, sourceType }) => {
        const value = partition[name] ?? null
        return [name, value === null ? null : formatPartitionValue(transform, sourceType, value)]
      }),
    )
}
