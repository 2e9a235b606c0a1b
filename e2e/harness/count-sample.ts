import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { generateEvents } from '#lib/generator/generate-events.ts'

const EventSchema = z.object({
  user_id: z.string().nullable(),
  anonymous_id: z.string().nullable(),
  timestamp: z.string(),
  context: z.string(),
})
const ContextSchema = z.object({
  page: z.object({ name: z.string() }),
  user_segment: z.string().nullish(),
})

/** Distinct people and raw hits. */
export interface Figures {
  visitors: number
  visits: number
}

export interface SampleCount {
  /** by `2025-07`, `2025-07-01` and `2025-07-01T13`, in Asia/Seoul */
  buckets: Map<string, Figures>
  /** distinct people and hits between two days, both included */
  between(from: string, to: string): Figures
  /** hits by page name and by user segment in all of July */
  pages: Map<string, number>
  segments: Map<string, number>
}

/**
 * Counts the demo's sample by the plainest means: makes the same events again and goes through the lines, with nothing
 * of the pipeline, the table or the marts in between.
 */
export async function countSample(count: number): Promise<SampleCount> {
  const directory = await mkdtemp(path.join(tmpdir(), 'firn-sample-'))
  const hits: { hour: string; person: string | null }[] = []
  const pages = new Map<string, number>()
  const segments = new Map<string, number>()
  const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
  try {
    await generateEvents({ count, directory })
    for (const name of await readdir(directory)) {
      const lines = (await readFile(path.join(directory, name), 'utf8')).trimEnd().split('\n')
      for (const line of lines) {
        const event = EventSchema.parse(JSON.parse(line))
        const context = ContextSchema.parse(JSON.parse(event.context))
        // The sample is written on Seoul's clock, so the text of the time is the bucket.
        hits.push({ hour: event.timestamp.slice(0, 13), person: event.user_id || event.anonymous_id || null })
        add(pages, context.page.name)
        add(segments, context.user_segment ?? '')
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }

  const figures = (chosen: typeof hits): Figures => ({
    visitors: new Set(chosen.flatMap(({ person }) => person ?? [])).size,
    visits: chosen.length,
  })
  const buckets = new Map<string, Figures>()
  for (const length of [7, 10, 13]) {
    for (const [key, chosen] of Map.groupBy(hits, ({ hour }) => hour.slice(0, length))) {
      buckets.set(key, figures(chosen))
    }
  }
  const between = (from: string, to: string) =>
    figures(hits.filter(({ hour }) => hour.slice(0, 10) >= from && hour.slice(0, 10) <= to))
  return { buckets, between, pages, segments }
}
