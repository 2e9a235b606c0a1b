import { createHash } from 'node:crypto'
import { AppError } from '#lib/errors.ts'

/**
 * KMV ("k minimum values") sketches of distinct people. A sketch keeps the k smallest 64-bit hashes of what it has seen;
 * sketches of hours or days merge into the sketch of any range, which daily distinct counts can't.
 *
 * Below k different values nothing was dropped, so the count is exact. From k on the estimate is (k − 1) / U(k), where
 * U(k) is the k-th smallest hash scaled to (0, 1): unbiased, with relative standard error
 * √((D − k + 1) / (D · (k − 2))), which tends to 1/√(k − 2), 1.56 % for k = 4096.
 * Source: Beyer, Haas, Reinwald, Sismanis, Gemulla, "On synopses for distinct-value estimation under multiset
 * operations", SIGMOD 2007, §4.
 */
export interface KmvSketch {
  k: number
  /** Hashes in ascending order without repetition, each as two words: high 32 bits, low 32 bits. */
  words: Uint32Array
}

export interface DistinctCount {
  count: number
  /** False when the count is an estimate. */
  exact: boolean
  /** One standard error of `count`, in people; 0 when exact. */
  standardError: number
}

/** Keeps 32 KB a sketch and 1.6 % standard error: the product's size for counts of people. */
export const visitorSketchSize = 4096

const magic = 0x4b4d5631 // "KMV1"
const headerBytes = 8
const two32 = 2 ** 32

export const emptySketch = (k: number): KmvSketch => ({ k, words: new Uint32Array(0) })

/** Number of hashes a sketch holds, at most k. */
export const sketchLength = (sketch: KmvSketch): number => sketch.words.length / 2

/**
 * The hash the sketches are made of: the first 8 bytes of the MD5 of the UTF-8 text, read little-endian. SQL computes the
 * same as `md5_number_upper(text)`; being MD5 it stays the same over versions of the engine, so stored sketches keep merging.
 */
export const hashText = (text: string): bigint =>
  createHash('md5').update(text, 'utf8').digest().readBigUInt64LE(0)

/** The sketch of any number of texts, repeated ones counting once. */
export function sketchOf(texts: Iterable<string>, k: number): KmvSketch {
  const hashes = BigUint64Array.from(new Set([...texts].map(hashText)))
    .sort()
    .subarray(0, k)
  const words = new Uint32Array(hashes.length * 2)
  hashes.forEach((hash, index) => {
    words[index * 2] = Number(hash >> 32n)
    words[index * 2 + 1] = Number(hash & 0xffffffffn)
  })
  return { k, words }
}

/** The union of two sketches with the smaller k of both; commutative, associative and idempotent. */
function mergeTwo(left: KmvSketch, right: KmvSketch): KmvSketch {
  const k = Math.min(left.k, right.k)
  const [a, b] = [left.words, right.words]
  const out = new Uint32Array(Math.min(k * 2, a.length + b.length))
  let [i, j, n] = [0, 0, 0]
  while (n < out.length && (i < a.length || j < b.length)) {
    let order: number
    if (j >= b.length) order = -1
    else if (i >= a.length) order = 1
    else order = (a[i] as number) - (b[j] as number) || (a[i + 1] as number) - (b[j + 1] as number)
    const [from, at] = order <= 0 ? [a, i] : [b, j]
    out[n] = from[at] as number
    out[n + 1] = from[at + 1] as number
    n += 2
    if (order <= 0) i += 2
    if (order >= 0) j += 2
  }
  return { k, words: out.subarray(0, n) }
}

/** The union of sketches. Of none: an empty sketch of size `k`. */
export function mergeSketches(sketches: readonly KmvSketch[], k = visitorSketchSize): KmvSketch {
  return sketches.reduce(mergeTwo, emptySketch(k))
}

/** One standard error of an estimate from a full sketch of size k, as a share of the estimate. */
export const relativeStandardError = (estimate: number, k: number): number =>
  estimate <= 0 ? 0 : Math.sqrt(Math.max(0, estimate - k + 1) / (estimate * (k - 2)))

/** How many different values the sketch has seen. */
export function estimateDistinct(sketch: KmvSketch): DistinctCount {
  const { k, words } = sketch
  const held = words.length / 2
  if (held < k) return { count: held, exact: true, standardError: 0 }
  const last = words.length - 2
  const unit = ((words[last] as number) * two32 + (words[last + 1] as number) + 1) / (two32 * two32)
  const estimate = (k - 1) / unit
  return {
    count: Math.round(estimate),
    exact: false,
    standardError: Math.max(1, Math.round(estimate * relativeStandardError(estimate, k))),
  }
}

/** Bytes for storage: "KMV1", k, then the hashes, all big-endian. */
export function encodeSketch(sketch: KmvSketch): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + sketch.words.length * 4)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic)
  view.setUint32(4, sketch.k)
  sketch.words.forEach((word, index) => {
    view.setUint32(headerBytes + index * 4, word)
  })
  return bytes
}

/**
 * Reads what `encodeSketch` wrote.
 * @throws AppError `corrupt` when the bytes are not a sketch.
 */
export function decodeSketch(bytes: Uint8Array): KmvSketch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < headerBytes || (bytes.length - headerBytes) % 8 !== 0 || view.getUint32(0) !== magic) {
    throw new AppError(
      'corrupt',
      `A stored visitor sketch is damaged: expected "KMV1" and whole 64-bit hashes, found ${bytes.length} bytes. Rebuild the visitor marts.`,
    )
  }
  const words = new Uint32Array((bytes.length - headerBytes) / 4)
  for (let index = 0; index < words.length; index++) words[index] = view.getUint32(headerBytes + index * 4)
  return { k: view.getUint32(4), words }
}

/**
 * A sketch from what SQL returns: ascending hashes as 16 hexadecimal digits each, without separators.
 * @throws AppError `corrupt` when the text has another form.
 */
export function sketchFromHex(hex: string, k: number): KmvSketch {
  const bytes = Buffer.from(hex, 'hex')
  if (hex.length % 16 !== 0 || bytes.length * 2 !== hex.length) {
    throw new AppError(
      'corrupt',
      `The engine returned a sketch of ${hex.length} hexadecimal digits; expected a multiple of 16.`,
    )
  }
  const words = new Uint32Array(bytes.length / 4)
  for (let index = 0; index < words.length; index++) words[index] = bytes.readUInt32BE(index * 4)
  return { k, words }
}
