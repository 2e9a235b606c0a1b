import path from 'node:path'
import { parseArgs } from 'node:util'
import { messageOf } from '../lib/errors.ts'
import { defaultEventCount, defaultSeed, generateEvents } from '../lib/generator/generate-events.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: String(defaultEventCount) },
    seed: { type: 'string', default: String(defaultSeed) },
    out: { type: 'string', default: path.join('.firn', 'sample') },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (values.help) {
  console.log(`Writes the sample events of July 2025 as daily JSON Lines files.
  --events N   events in all (default ${defaultEventCount})
  --seed N     another seed gives other events (default ${defaultSeed})
  --out DIR    folder for the files (default .firn/sample)`)
} else {
  try {
    const started = performance.now()
    const files = await generateEvents({
      count: Number(values.events),
      seed: Number(values.seed),
      directory: values.out,
    })
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    const events = files.reduce((sum, file) => sum + file.events, 0)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(
      `${events.toLocaleString('en')} events, ${(bytes / 1e6).toFixed(1)} MB in ${files.length} files in ${seconds} s: ${values.out}`,
    )
  } catch (error) {
    console.error(messageOf(error))
    process.exitCode = 1
  }
}
