import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { parseOptions } from '../parse-options.ts'

const wholeNumber = (what: string, least: number, most: number) => {
  const error = `${what} from ${least} to ${most}`
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error })
}

const DemoOptionsSchema = z.object({
  events: wholeNumber('a whole number of events', 1, 100_000_000).default(1_000_001),
  port: wholeNumber('a port number', 1, 65_535).default(3000),
  data: z.string().min(1, 'a folder').default('.firn'),
  kafka: z.boolean().default(false),
  rate: wholeNumber('a whole number of events a second', 0, 10_000).default(25),
})

export type DemoOptions = z.infer<typeof DemoOptionsSchema>

export const demoUsage = `npm run demo -- [options]

  --events N   size of the July 2025 sample (default 1000001)
  --port P     the app's port (default 3000)
  --data DIR   where everything is kept (default .firn)
  --kafka      start a Kafka broker (needs Java 17 or newer) and send the live feed through a topic
  --rate N     events a second of the live feed (default 25; 0 turns it off)`

/** Parses the command line; on a mistake says which option is wrong and how the command is used, and exits with 2. */
export function demoOptions(args: string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        events: { type: 'string' },
        port: { type: 'string' },
        data: { type: 'string' },
        kafka: { type: 'boolean' },
        rate: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) {
      console.log(demoUsage)
      process.exit(0)
    }
    const parsed = parseOptions(values, DemoOptionsSchema)
    return { ...parsed, data: path.resolve(parsed.data) }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  }
  console.error(`\n${demoUsage}`)
  process.exit(2)
}
