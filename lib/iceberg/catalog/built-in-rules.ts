import { Prisma } from '#db'
import { AppError } from '../../errors.ts'

/** Names become folders and URL parts, so that control characters and slashes are refused. */
export function validateName(kind: string, name: string): void {
  const bad = /[/\\\p{Cc}]/u.test(name) || name === '.' || name === '..'
  if (name.length > 0 && name.length <= 255 && !bad && name.isWellFormed()) return
  const shown = name.length > 300 ? `${name.slice(0, 300)}…` : name
  throw new AppError(
    'bad-input',
    `${JSON.stringify(shown)} cannot be the name of a ${kind}: expected 1 to 255 characters without slashes and control characters.`,
  )
}

/** Engines disagree on whether to decode `%` in locations, so that other characters are replaced, not escaped. */
export const folderName = (name: string): string => name.replace(/[^\w.-]/g, '_')

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === code

/** A name or id that is taken. */
export const uniqueViolation = (error: unknown): boolean => hasCode(error, 'P2002')

/** A row that is referred to, or that refers to one which is gone. */
export const foreignKeyViolation = (error: unknown): boolean => hasCode(error, 'P2003')
