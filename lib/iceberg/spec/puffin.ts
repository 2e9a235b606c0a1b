import { zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import { parseJson, stringifyJson, TextMapJson } from './json.ts'
import { SpecError } from './spec-error.ts'

/** Puffin files (puffin spec): blobs one after the other, then a footer in JSON that says what they are. */

const magic = Buffer.from('PFA1')
/** Payload size, flags and magic, after the footer's payload. */
const footerTail = 12
/** First bit of the flags: the footer's payload is compressed with LZ4. */
const compressedFooter = 1

const id = z.union([z.int(), z.bigint()]).transform((value) => BigInt(value))
const BlobJson = z
  .object({
    type: z.string(),
    fields: z.array(z.int()),
    'snapshot-id': id,
    'sequence-number': id,
    offset: z.int().nonnegative(),
    length: z.int().nonnegative(),
    'compression-codec': z.enum(['lz4', 'zstd']).nullish(),
    properties: TextMapJson.nullish(),
  })
  .transform((json): PuffinBlob => {
    const blob: PuffinBlob = {
      type: json.type,
      fields: json.fields,
      snapshotId: json['snapshot-id'],
      sequenceNumber: json['sequence-number'],
      offset: json.offset,
      length: json.length,
      properties: json.properties ?? {},
    }
    if (json['compression-codec']) blob.compression = json['compression-codec']
    return blob
  })

const FooterJson = z.object({ blobs: z.array(BlobJson), properties: TextMapJson.nullish() })

/** What the footer says about a blob. */
export interface PuffinBlob {
  type: string
  /** Ids of the fields the blob is about. */
  fields: number[]
  /** -1 where the spec wants it inherited: deletion vectors are not bound to a snapshot. */
  snapshotId: bigint
  sequenceNumber: bigint
  /** Where it lies in the file, in bytes. */
  offset: number
  length: number
  compression?: 'lz4' | 'zstd'
  properties: Record<string, string>
}

export interface PuffinFooter {
  blobs: PuffinBlob[]
  properties: Record<string, string>
}

export type NewPuffinBlob = Omit<PuffinBlob, 'offset' | 'length' | 'compression'> & { data: Buffer }

/** A whole puffin file of uncompressed blobs, and where each blob came to lie, in the order given. */
export function encodePuffin(
  blobs: readonly NewPuffinBlob[],
  properties: Record<string, string>,
): { bytes: Buffer; blobs: PuffinBlob[] } {
  let offset = magic.length
  const placed = blobs.map(({ data, ...blob }): PuffinBlob => {
    const start = offset
    offset += data.length
    return { ...blob, offset: start, length: data.length }
  })
  const payload = Buffer.from(
    stringifyJson({
      blobs: placed.map((blob) => ({
        type: blob.type,
        fields: blob.fields,
        'snapshot-id': blob.snapshotId,
        'sequence-number': blob.sequenceNumber,
        offset: blob.offset,
        length: blob.length,
        properties: blob.properties,
      })),
      properties,
    }),
  )
  const size = Buffer.alloc(4)
  size.writeInt32LE(payload.length)
  const noFlags = Buffer.alloc(4)
  const data = blobs.map((blob) => blob.data)
  return { bytes: Buffer.concat([magic, ...data, magic, payload, size, noFlags, magic]), blobs: placed }
}

/**
 * Reads the footer of a whole puffin file.
 * @throws SpecError when the bytes are no puffin file, or its footer is compressed
 */
export function decodePuffinFooter(bytes: Buffer): PuffinFooter {
  const end = bytes.length - footerTail
  if (end < 2 * magic.length || !bytes.subarray(0, 4).equals(magic) || !bytes.subarray(-4).equals(magic)) {
    throw new SpecError('The file is no puffin file: it does not start and end with PFA1.')
  }
  if (((bytes[end + 4] ?? 0) & compressedFooter) !== 0) {
    throw new SpecError('The puffin file has a compressed footer (LZ4), which Firn does not read.')
  }
  const start = end - bytes.readInt32LE(end)
  if (start < 2 * magic.length || start > end || !bytes.subarray(start - 4, start).equals(magic)) {
    throw new SpecError('The puffin file is damaged: its footer does not start where it says.')
  }
  let json: unknown
  try {
    json = parseJson(bytes.subarray(start, end).toString('utf8'))
  } catch (cause) {
    throw new SpecError('The puffin file is damaged: its footer is no JSON.', { cause })
  }
  const footer = FooterJson.safeParse(json)
  if (!footer.success) {
    throw new SpecError(`The puffin file's footer is not valid: ${z.prettifyError(footer.error)}`, {
      cause: footer.error,
    })
  }
  for (const blob of footer.data.blobs) {
    if (blob.offset + blob.length > start - magic.length) {
      throw new SpecError(`The puffin file is damaged: a blob of type ${blob.type} lies outside of it.`)
    }
  }
  return { blobs: footer.data.blobs, properties: footer.data.properties ?? {} }
}

/** The largest blob that is decompressed, in bytes. */
const maxBlobBytes = 256 * 1024 * 1024

/**
 * A blob's data, decompressed.
 * @throws SpecError for LZ4, which no writer uses for the blobs Firn reads, and for damaged or huge blobs
 */
export function readPuffinBlob(bytes: Buffer, blob: PuffinBlob): Buffer {
  const data = bytes.subarray(blob.offset, blob.offset + blob.length)
  if (blob.compression === undefined) return data
  if (blob.compression === 'lz4') {
    throw new SpecError(
      `The puffin blob of type ${blob.type} is compressed with LZ4, which Firn does not read.`,
    )
  }
  try {
    return zstdDecompressSync(data, { maxOutputLength: maxBlobBytes })
  } catch (cause) {
    throw new SpecError(`The puffin blob of type ${blob.type} cannot be decompressed.`, { cause })
  }
}
