import { AppError } from '../errors.ts'
import { SpecError } from './spec/spec-error.ts'

/** Decodes a file's content; what breaks the specification becomes AppError `corrupt` that names the file. */
export function decodeFile<T>(location: string, decode: () => T): T {
  try {
    return decode()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const reason = cause instanceof SpecError ? cause.message : 'it could not be decoded.'
    throw new AppError(
      'corrupt',
      `The file ${location} does not follow the Iceberg specification: ${reason}`,
      {
        context: { location },
        cause,
      },
    )
  }
}
