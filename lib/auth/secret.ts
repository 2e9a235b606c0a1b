import { createHash } from 'node:crypto'

/** SHA-256 in hex. Enough for random secrets of 256 bits (not for passwords): there is nothing to guess. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')
