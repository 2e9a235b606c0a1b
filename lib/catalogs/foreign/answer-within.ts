import { AppError } from '#lib/errors.ts'
import type { CatalogRow } from '../connections/connection-credential.ts'

/**
 * What is read from another server, for somebody who does not wait longer than this. Reading goes on: whoever asks again
 * shares it.
 * @throws AppError `unavailable`; whatever reading throws
 */
export async function answerWithin<T>(row: CatalogRow, seconds: number, reading: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(
      new AppError(
        'unavailable',
        `The server of the catalog "${row.name}" has not answered within ${seconds} s. Its page waits longer.`,
      ),
    )
  }, seconds * 1_000)
  try {
    return await Promise.race([reading, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
