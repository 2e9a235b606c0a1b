import { AppError } from '../errors.ts'
import { SpecError } from './spec/spec-error.ts'

/** Decodes a file's content; what breaks the specification becomes AppError `corrupt` that names the file. */
export function decodeFile<T>(location: string, decode: () => T): T {
  try {
    return decode()
  } catch (cause) {
    throw corruptFile(location, cause)
  }
}

/** The same for a decoder that has other threads uncompress. */
export async function decodeFileAsync<T>(location: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode()
  } catch (cause) {
    throw corruptFile(location, cause)
  }
}

function corruptFile(location: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const reason = cause instanceof SpecError ? cause.message : 'it could not be decoded.'
  return new AppError(
    'corrupt',
    `The file ${location} does not follow the Iceberg specification: ${reason}`,
    { context: { location }, cause },
  )
}
