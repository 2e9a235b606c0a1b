import type { z } from 'zod'

/**
 * A command line's values as its schema has them.
 * @throws Error that says of each wrong one what was expected and what was found
 */
export function parseOptions<Schema extends z.ZodType>(values: object, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(values)
  if (parsed.success) return parsed.data
  const given = new Map(Object.entries(values))
  const wrong = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0])
    return `--${name}: expected ${message}; found ${JSON.stringify(given.get(name)) ?? 'nothing'}`
  })
  throw new Error(wrong.join('\n'))
}
