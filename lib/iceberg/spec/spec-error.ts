/**
 * A table's files or a caller's schema do not follow the table specification. `spec/` imports nothing but itself, so it
 * has its own error class; `lib/iceberg` turns it into an AppError `corrupt` with the file's location where files are read.
 */
export class SpecError extends Error {
  override readonly name = 'SpecError'
}
