import { createReadStream } from 'node:fs'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AppError } from '#lib/errors.ts'

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })

/**
 * Unpacks a gzip file once for nothing, before any of its lines counts: reading the good part of a file that was cut
 * off would count those events again when the whole file is sent.
 * @throws AppError `corrupt` when it ends too early or is damaged.
 */
export async function checkGzip(localPath: string, name: string): Promise<void> {
  try {
    await pipeline(createReadStream(localPath), createGunzip({ chunkSize: 1 << 18 }), nowhere())
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    // A plain file with a gzip's name is read as what it is.
    if (!code.startsWith('Z_') || (error as Error).message === 'incorrect header check') return
    throw new AppError(
      'corrupt',
      code === 'Z_BUF_ERROR'
        ? `${name} ends too early: the gzip file was cut off. None of its lines was read.`
        : `${name} is a damaged gzip file (${(error as Error).message}). None of its lines was read.`,
      { cause: error },
    )
  }
}
