import { z } from 'zod'
import { BooleanText, readProperty } from './table-property.ts'

/** When small files are merged, and to what size. */
export interface CompactionPolicy {
  /** False: nothing starts by itself; by hand it still works. */
  enabled: boolean
  /** Size that files are merged towards, bytes. */
  targetBytes: number
  /** Small files of a partition from which merging starts by itself; at least 2. */
  minInputFiles: number
  /** Names of the table properties that replaced a default. */
  overriddenBy: string[]
}

/** Table properties that replace the defaults of the environment. */
export const compactionProperties = {
  enabled: 'firn.compaction.enabled',
  /** Iceberg's own property: writers of other engines follow it too. */
  targetBytes: 'write.target-file-size-bytes',
  minInputFiles: 'firn.compaction.min-input-files',
} as const

const BytesSchema = z.coerce.number().int().min(1_000_000)
const FilesSchema = z.coerce.number().int().min(2)

/**
 * A table's policy: its own properties before the defaults.
 * @throws AppError `bad-input` naming the property that can't be used.
 */
export function compactionPolicy(
  properties: Record<string, string>,
  defaults: { targetBytes: number; minInputFiles: number },
): CompactionPolicy {
  const read = <T>(name: string, schema: z.ZodType<T>, expected: string, fallback: T): T =>
    readProperty(properties, name, { schema, expected, fallback })
  return {
    enabled: read(compactionProperties.enabled, BooleanText, 'true or false', true),
    targetBytes: read(
      compactionProperties.targetBytes,
      BytesSchema,
      'a size in bytes of at least 1000000',
      defaults.targetBytes,
    ),
    minInputFiles: read(
      compactionProperties.minInputFiles,
      FilesSchema,
      'a number of files of at least 2',
      Math.max(2, defaults.minInputFiles),
    ),
    overriddenBy: Object.values(compactionProperties).filter((name) => name in properties),
  }
}

/**
 * Files smaller than this are small: 0.75 of the target, since merging two that are larger would overshoot the target by
 * half.
 */
export const smallFileBytes = (targetBytes: number): number => Math.ceil(0.75 * targetBytes)

export const isSmall = (bytes: number, targetBytes: number): boolean => bytes < smallFileBytes(targetBytes)
