import { readdirSync, rmSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { generateEvents } from '#lib/generator/generate-events.ts'

/**
 * Daily files of sample events in a folder: about `perDay` events for each of the first `days` days of the set. Tests of
 * processes need whole days, not all of them. They were last written a minute ago, so they are whole files from the first
 * look on. Returns the number of events.
 */
export async function landEvents(folder: string, days: number, perDay: number): Promise<number> {
  const files = await generateEvents({ count: perDay * 31, directory: folder })
  const kept = new Set(readdirSync(folder).sort().slice(0, days))
  const written = new Date(Date.now() - 60_000)
  for (const name of readdirSync(folder)) {
    if (kept.has(name)) utimesSync(path.join(folder, name), written, written)
    else rmSync(path.join(folder, name))
  }
  return files
    .filter((file) => kept.has(path.basename(file.path)))
    .reduce((sum, { events }) => sum + events, 0)
}
