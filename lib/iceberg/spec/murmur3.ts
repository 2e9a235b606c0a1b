const mixK = (k: number): number => {
  const multiplied = Math.imul(k, 0xcc9e2d51)
  return Math.imul((multiplied << 15) | (multiplied >>> 17), 0x1b873593)
}

/** Murmur3, x86, 32 bits, seed 0, as a signed integer (spec, appendix B). */
export function murmur3(bytes: Uint8Array): number {
  const whole = bytes.length & ~3
  const byte = (index: number): number => bytes[index] ?? 0
  let hash = 0
  for (let i = 0; i < whole; i += 4) {
    hash ^= mixK(byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24))
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let i = bytes.length - 1; i >= whole; i -= 1) tail = (tail << 8) | byte(i)
  if (bytes.length > whole) hash ^= mixK(tail)
  hash ^= bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
