import { existsSync } from 'node:fs'
import { mkdir, readdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { defaultEventCount, generateEvents } from '../lib/generator/generate-events.ts'

const { values } = parseArgs({
  strict: false,
  options: {
    data: { type: 'string' },
    events: { type: 'string' },
    repeats: { type: 'string' },
    spark: { type: 'boolean' },
  },
})

/** Where benchmarks keep their data; `--data DIR` chooses another folder. */
export const benchFolder = path.resolve(typeof values.data === 'string' ? values.data : '.cache/bench')
/** `--events N`; the full set when left out. */
export const benchEvents = typeof values.events === 'string' ? Number(values.events) : defaultEventCount
/** `--repeats N`; the median of three when left out. */
export const benchRepeats = typeof values.repeats === 'string' ? Number(values.repeats) : 3
export const withSpark = values.spark === true

/** The sample events, generated on first use. Returns the files in time order. */
export async function benchEventFiles(): Promise<string[]> {
  const folder = path.join(benchFolder, `events-${benchEvents}`)
  if (!existsSync(folder)) {
    console.log(`making ${benchEvents.toLocaleString('en')} events…`)
    const partial = `${folder}.partial`
    await mkdir(benchFolder, { recursive: true })
    await generateEvents({ count: benchEvents, directory: partial })
    await rename(partial, folder)
  }
  return (await readdir(folder)).sort().map((name) => path.join(folder, name))
}
