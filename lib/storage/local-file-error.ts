import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { AppError, messageOf } from '#lib/errors.ts'

/** Translates what the file system said about `file` while we tried to `action` it; an AppError passes through. */
export async function localFileError(action: string, file: string, error: unknown): Promise<AppError> {
  if (error instanceof AppError) return error
  const { code } = error as NodeJS.ErrnoException
  const context = { path: file, errno: code }
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
      return new AppError('not-found', `There is no file ${file}.`, { context, cause: error })
    case 'EEXIST':
      return new AppError('already-exists', `${file} exists already.`, { context, cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AppError(
        'forbidden',
        `This process may not ${action} ${file} (${code}). Give its user the right, or choose another folder.`,
        { context, cause: error },
      )
    case 'ENOSPC':
    case 'EDQUOT': {
      const free = await freeBytes(path.dirname(file))
      return new AppError(
        'unavailable',
        `The disk of ${path.dirname(file)} is full (${free} bytes free), so ${path.basename(file)} was not written. Free space or move the folder to a larger disk; the work is tried again by itself and nothing accepted is lost.`,
        { context: { ...context, freeBytes: free }, cause: error, retryable: true },
      )
    }
    default:
      return new AppError('unavailable', `Could not ${action} ${file}: ${messageOf(error)}.`, {
        context,
        cause: error,
        retryable: true,
      })
  }
}

async function freeBytes(folder: string): Promise<number | string> {
  try {
    const disk = await statfs(folder)
    return disk.bavail * disk.bsize
  } catch {
    return 'unknown'
  }
}
