import { AppError } from '#lib/errors.ts'

/** A change of the properties of a table or a namespace. */
export interface PropertyChange {
  set: Record<string, string>
  remove: string[]
  /** Values as whoever decided saw them; null: not there. What changed meanwhile is not overwritten. */
  expected: Record<string, string | null>
}

/** @throws AppError `conflict` when a property is no longer what it was when somebody decided to change it */
export function expectProperties(
  properties: Record<string, string>,
  expected: PropertyChange['expected'],
): void {
  for (const [key, before] of Object.entries(expected)) {
    const found = Object.hasOwn(properties, key) ? (properties[key] ?? null) : null
    if (found === before) continue
    const shown = (value: string | null) => (value === null ? 'not set' : JSON.stringify(value.slice(0, 80)))
    throw new AppError(
      'conflict',
      `The property ${key} has changed since you looked: it was ${shown(before)}, and is ${shown(found)} now. Look again, then decide.`,
      { context: { property: key } },
    )
  }
}
