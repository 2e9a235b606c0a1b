/** What one batch read of one source partition. */
export interface CommittedRange {
  source: string
  partition: string
  from: bigint
  to: bigint
}

/** Snapshot summaries are read with every table metadata: they stay small. The ledger in Postgres has everything. */
const maximumCharacters = 8_000

/**
 * The offset ranges of a commit as compact JSON for its snapshot's summary:
 * `{"<source>": {"<partition>": [[from, to], …]}}`, neighbours merged. Too long a list becomes `{"partitions": N}`.
 */
export function offsetSummary(ranges: readonly CommittedRange[]): string {
  const sources = new Map<string, Map<string, [bigint, bigint][]>>()
  const sorted = [...ranges].sort((left, right) =>
    left.from < right.from ? -1 : left.from > right.from ? 1 : 0,
  )
  for (const { source, partition, from, to } of sorted) {
    const partitions = sources.get(source) ?? new Map<string, [bigint, bigint][]>()
    sources.set(source, partitions)
    const merged = partitions.get(partition) ?? []
    partitions.set(partition, merged)
    const last = merged.at(-1)
    if (last && last[1] === from) last[1] = to
    else merged.push([from, to])
  }
  const text = `{${Array.from(
    sources,
    ([source, partitions]) =>
      `${JSON.stringify(source)}:{${Array.from(
        partitions,
        ([partition, list]) =>
          `${JSON.stringify(partition)}:[${list.map(([from, to]) => `[${from},${to}]`).join(',')}]`,
      ).join(',')}}`,
  ).join(',')}}`
  if (text.length <= maximumCharacters) return text
  const count = [...sources.values()].reduce((sum, partitions) => sum + partitions.size, 0)
  return JSON.stringify({ partitions: count, ranges: ranges.length })
}
