import { createHash } from 'node:crypto'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { LandingDetails } from './landing-file.ts'

const headBytes = 4096
const tailBytes = 1024

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url')

/** Hashes of a file's first bytes and of those just before `position`. */
export async function fingerprint(
  io: FileIO,
  location: string,
  position: number,
): Promise<Pick<LandingDetails, 'head' | 'tail'>> {
  const headLength = Math.min(headBytes, position)
  const tailLength = Math.min(tailBytes, position)
  if (position === 0) return {}
  const [head, tail] = await Promise.all([
    io.read(location, { offset: 0, length: headLength }),
    io.read(location, { offset: position - tailLength, length: tailLength }),
  ])
  return {
    head: { length: headLength, sha256: sha256(head) },
    tail: { length: tailLength, sha256: sha256(tail) },
  }
}

/** True when what was read of a file before `position` is still there, as far as its hashes tell. */
export async function isSameContent(
  io: FileIO,
  location: string,
  position: number,
  known: LandingDetails,
): Promise<boolean> {
  if (!known.head || !known.tail) return true
  const now = await fingerprint(io, location, position)
  return now.head?.sha256 === known.head.sha256 && now.tail?.sha256 === known.tail.sha256
}
