import { AppError } from '#lib/errors.ts'

/** Between the levels of a namespace in an address; `/v1/config` could name another one, this is the protocol's own. */
const separator = '\u001F'

/** Levels of a namespace as an address has them. @throws AppError `bad-input` for an empty level */
export function namespaceLevels(text: string): string[] {
  const levels = text.split(separator)
  if (levels.every((level) => level !== '')) return levels
  throw new AppError(
    'bad-input',
    `The namespace ${JSON.stringify(text)} has an empty level. Expected levels of at least one character, joined by %1F.`,
  )
}
