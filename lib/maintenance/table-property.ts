import { z } from 'zod'
import { AppError } from '#lib/errors.ts'

export const BooleanText = z.enum(['true', 'false']).transform((text) => text === 'true')

/**
 * A setting out of a table's properties.
 * @throws AppError `bad-input` naming the property that can't be used
 */
export function readProperty<T>(
  properties: Readonly<Record<string, string>>,
  name: string,
  { schema, expected, fallback }: { schema: z.ZodType<T>; expected: string; fallback: T },
): T {
  const text = properties[name]
  if (text === undefined) return fallback
  const parsed = schema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new AppError(
    'bad-input',
    `The table property ${name} is ${JSON.stringify(text)}; expected ${expected}. Change or remove it.`,
    { context: { property: name } },
  )
}
