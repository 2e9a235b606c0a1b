/** What a property's value has to be; a mistyped value would be passed over in silence by the writers that act on it. */
export type PropertyRule =
  | { kind: 'choice'; values: readonly string[] }
  /** a whole number */
  | { kind: 'number'; least: number }
  /** none, counts, truncate(length) or full */
  | { kind: 'metrics-mode' }

const choice = (...values: string[]): PropertyRule => ({ kind: 'choice', values })
const trueOrFalse = choice('true', 'false')
const aboveZero: PropertyRule = { kind: 'number', least: 1 }
const fromZero: PropertyRule = { kind: 'number', least: 0 }
const changeMode = choice('copy-on-write', 'merge-on-read')
const isolation = choice('serializable', 'snapshot')
const distribution = choice('none', 'hash', 'range')
const metricsMode: PropertyRule = { kind: 'metrics-mode' }

const rules: Record<string, PropertyRule> = {
  'commit.manifest-merge.enabled': trueOrFalse,
  'commit.manifest.min-count-to-merge': aboveZero,
  'commit.manifest.target-size-bytes': aboveZero,
  'commit.retry.max-wait-ms': fromZero,
  'commit.retry.min-wait-ms': fromZero,
  'commit.retry.num-retries': fromZero,
  'commit.retry.total-timeout-ms': fromZero,
  'gc.enabled': trueOrFalse,
  'history.expire.max-ref-age-ms': aboveZero,
  'history.expire.max-snapshot-age-ms': aboveZero,
  'history.expire.min-snapshots-to-keep': aboveZero,
  'read.parquet.vectorization.batch-size': aboveZero,
  'read.parquet.vectorization.enabled': trueOrFalse,
  'read.split.metadata-target-size': aboveZero,
  'read.split.open-file-cost': fromZero,
  'read.split.planning-lookback': aboveZero,
  'read.split.target-size': aboveZero,
  'write.delete.distribution-mode': distribution,
  'write.delete.granularity': choice('partition', 'file'),
  'write.delete.isolation-level': isolation,
  'write.delete.mode': changeMode,
  'write.delete.target-file-size-bytes': aboveZero,
  'write.distribution-mode': distribution,
  'write.format.default': choice('parquet', 'avro', 'orc'),
  'write.merge.distribution-mode': distribution,
  'write.merge.isolation-level': isolation,
  'write.merge.mode': changeMode,
  'write.metadata.compression-codec': choice('none', 'gzip'),
  'write.metadata.delete-after-commit.enabled': trueOrFalse,
  'write.metadata.metrics.default': metricsMode,
  'write.metadata.metrics.max-inferred-column-defaults': fromZero,
  'write.metadata.previous-versions-max': aboveZero,
  'write.object-storage.enabled': trueOrFalse,
  'write.object-storage.partitioned-paths': trueOrFalse,
  'write.parquet.bloom-filter-max-bytes': aboveZero,
  'write.parquet.compression-codec': choice('zstd', 'brotli', 'lz4', 'gzip', 'snappy', 'uncompressed'),
  'write.parquet.compression-level': fromZero,
  'write.parquet.dict-size-bytes': aboveZero,
  'write.parquet.page-row-limit': aboveZero,
  'write.parquet.page-size-bytes': aboveZero,
  'write.parquet.row-group-size-bytes': aboveZero,
  'write.spark.fanout.enabled': trueOrFalse,
  'write.summary.partition-limit': fromZero,
  'write.target-file-size-bytes': aboveZero,
  'write.update.distribution-mode': distribution,
  'write.update.isolation-level': isolation,
  'write.update.mode': changeMode,
  'write.wap.enabled': trueOrFalse,
}

const columnRules: Record<string, PropertyRule> = {
  'write.metadata.metrics.column.': metricsMode,
  'write.parquet.bloom-filter-enabled.column.': trueOrFalse,
  'write.parquet.stats-enabled.column.': trueOrFalse,
}

/** Beginnings of properties whose keys end in a column's full name. */
export const columnProperties: readonly string[] = Object.keys(columnRules)

/** The column that a property is about, and what its key begins with; undefined for one about the table. */
export function columnOfProperty(key: string): { prefix: string; column: string } | undefined {
  const prefix = columnProperties.find((one) => key.startsWith(one))
  return prefix === undefined ? undefined : { prefix, column: key.slice(prefix.length) }
}

/** The rule of a property; undefined where any text will do. */
export function propertyRule(key: string): PropertyRule | undefined {
  const about = columnOfProperty(key)
  if (about) return columnRules[about.prefix]
  return Object.hasOwn(rules, key) ? rules[key] : undefined
}

/** The largest number that other implementations read: Java's long. */
const longest = 2n ** 63n - 1n

/** What a rule expected, when a value does not fit it. */
export function unmetExpectation(rule: PropertyRule, value: string): string | null {
  switch (rule.kind) {
    case 'choice':
      return rule.values.includes(value) ? null : `one of ${rule.values.join(', ')}`
    case 'number': {
      const fits = /^\d{1,19}$/.test(value) && BigInt(value) >= rule.least && BigInt(value) <= longest
      return fits
        ? null
        : rule.least === 1
          ? 'a whole number above 0'
          : `a whole number from ${rule.least} on`
    }
    case 'metrics-mode':
      return /^(none|counts|full|truncate\([1-9]\d{0,8}\))$/.test(value)
        ? null
        : 'none, counts, truncate(length) or full'
  }
}
