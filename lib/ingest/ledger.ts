import type { Database } from '#lib/db.ts'

export interface LedgerFinding {
  partition: string
  kind: 'gap' | 'overlap'
  /** Half-open: the offsets or bytes that are missing, or that were recorded twice. */
  from: bigint
  to: bigint
}

export interface LedgerCheck {
  partitions: number
  ranges: number
  rows: bigint
  gaps: number
  overlaps: number
  /** The first hundred. */
  findings: LedgerFinding[]
}

const findingsShown = 100

/**
 * Compares each partition's recorded ranges with their neighbours and with its position: a hole is a gap, a range that
 * begins before the one before it ended is an overlap. For a topic the first range may begin anywhere.
 */
export async function checkLedger(db: Database, sourceId: string): Promise<LedgerCheck> {
  const [totals] = await db.$queryRaw<{ partitions: number; ranges: number; rows: bigint }[]>`
    SELECT count(DISTINCT "partitionName")::int AS partitions, count(*)::int AS ranges,
      coalesce(sum(rows), 0)::bigint AS rows
    FROM "OffsetRange" WHERE "sourceId" = ${sourceId}::uuid`
  const findings = await db.$queryRaw<(LedgerFinding & { total: number })[]>`
    WITH ranges AS (
      SELECT "partitionName" AS name, "fromOffset" AS f, "toOffset" AS t FROM "OffsetRange"
        WHERE "sourceId" = ${sourceId}::uuid
      UNION ALL
      -- The position stands for the range that comes next.
      SELECT p.name, p.position, p.position FROM "SourcePartition" AS p
        WHERE p."sourceId" = ${sourceId}::uuid
          AND EXISTS (SELECT 1 FROM "OffsetRange" AS r WHERE r."sourceId" = p."sourceId" AND r."partitionName" = p.name)
    ), neighbours AS (
      SELECT name, f, t,
        max(t) OVER (PARTITION BY name ORDER BY f, t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
      FROM ranges
    ), found AS (
      SELECT name AS partition, 'gap' AS kind, reached AS "from", f AS "to" FROM neighbours WHERE reached < f
      UNION ALL
      SELECT name, 'overlap', f, least(reached, t) FROM neighbours WHERE reached > f
      UNION ALL
      SELECT n.name, 'gap', 0, min(n.f) FROM neighbours AS n
        JOIN "Source" AS s ON s.id = ${sourceId}::uuid AND s.kind = 'landing'
        GROUP BY n.name HAVING min(n.f) > 0
    )
    SELECT *, (count(*) OVER (PARTITION BY kind))::int AS total FROM found ORDER BY partition, "from"`
  const count = (kind: LedgerFinding['kind']) => findings.find((finding) => finding.kind === kind)?.total ?? 0
  return {
    partitions: totals?.partitions ?? 0,
    ranges: totals?.ranges ?? 0,
    rows: totals?.rows ?? 0n,
    gaps: count('gap'),
    overlaps: count('overlap'),
    findings: findings
      .slice(0, findingsShown)
      .map(({ partition, kind, from, to }) => ({ partition, kind, from, to })),
  }
}
