import { AppError } from '#lib/errors.ts'

/** @throws AppError `conflict` when what was looked at is not so any more */
export function expectSame(what: string, found: number, expected: number): void {
  if (found === expected) return
  throw new AppError(
    'conflict',
    `The table's ${what} is number ${found} by now, not ${expected} as when it was looked at. Look again, then decide.`,
    { context: { expected, found } },
  )
}
