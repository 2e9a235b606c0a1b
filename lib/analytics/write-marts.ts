import { DateTime } from 'luxon'
import type { Transaction } from '#lib/db.ts'
import type { Span } from './buckets.ts'
import { encodeSketch, sketchFromHex, visitorSketchSize } from './kmv-sketch.ts'
import type { RecountRow } from './recount-sql.ts'
import { topSketchSize } from './top-limits.ts'

const startOfDay = (day: string, timeZone: string): Date =>
  DateTime.fromISO(day, { zone: timeZone }).startOf('day').toJSDate()

const sketchBytes = (hex: string | null, size: number) => encodeSketch(sketchFromHex(hex ?? '', size))

/** A statement takes 32,767 parameters; Prisma would split larger lists into statements that run at the same time. */
const rowsPerStatement = 3_000

function* batchesOf<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += rowsPerStatement) yield rows.slice(at, at + rowsPerStatement)
}

/** Removes what the marts say about a span of whole days, or about all time. */
export async function clearMarts(tx: Transaction, siteId: string, span?: Span): Promise<void> {
  const where = {
    siteId,
    ...(span ? { bucketStart: { gte: new Date(span.from), lt: new Date(span.to) } } : {}),
  }
  await tx.visitorHour.deleteMany({ where })
  await tx.visitorDay.deleteMany({ where })
  await tx.visitorTop.deleteMany({ where })
  if (!span) await tx.visitorMonth.deleteMany({ where: { siteId } })
}

/** Adds recounted hours, days and TOP keys; the span they belong to has been cleared before. */
export async function writeMarts(
  tx: Transaction,
  site: { id: string; timeZone: string },
  rows: readonly RecountRow[],
): Promise<void> {
  const siteId = site.id
  const counts = (row: RecountRow) => ({
    siteId,
    visits: BigInt(row.visits),
    visitors: BigInt(row.visitors),
  })
  const hours = rows
    .filter((row) => row.kind === 'hour')
    .map((row) => ({
      ...counts(row),
      bucketStart: new Date(Number(row.bucket)),
      sketch: sketchBytes(row.sketch, visitorSketchSize),
    }))
  const days = rows
    .filter((row) => row.kind === 'day')
    .map((row) => ({
      ...counts(row),
      bucketStart: startOfDay(row.bucket, site.timeZone),
      sketch: sketchBytes(row.sketch, visitorSketchSize),
    }))
  const tops = rows
    .filter((row) => row.kind !== 'hour' && row.kind !== 'day')
    .map((row) => ({
      ...counts(row),
      bucketStart: startOfDay(row.bucket, site.timeZone),
      dimension: row.kind,
      key: row.key,
      sketch: row.sketch === null ? null : sketchBytes(row.sketch, topSketchSize),
    }))
  for (const data of batchesOf(hours)) await tx.visitorHour.createMany({ data })
  for (const data of batchesOf(days)) await tx.visitorDay.createMany({ data })
  for (const data of batchesOf(tops)) await tx.visitorTop.createMany({ data })
}
