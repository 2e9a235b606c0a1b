import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib'
import avro from 'avsc'
import { AvroSink } from './avro-sink.ts'
import { SpecError } from './spec-error.ts'

/**
 * Avro object container files. avsc's own file streams drop the attributes that Iceberg keeps in schemas (`field-id`,
 * `logicalType`), so the header and the blocks are written here and only the encoding of small records is left to avsc.
 * Records are read by `avro-reader.ts`, entries of manifests written by `avro-sink.ts`.
 */

/** An Avro schema as JSON. */
export type AvroSchema = string | AvroSchema[] | { type: AvroSchema; [attribute: string]: unknown }

export interface AvroField {
  name: string
  type: AvroSchema
  'field-id'?: number
  default?: unknown
}

const int64 = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
})

const complexTypes: ReadonlySet<unknown> = new Set(['record', 'array', 'map', 'fixed', 'enum'])

/** `{type: 'long', logicalType: …}` as plain `long`: avsc would not look it up in the registry, and attributes change nothing. */
function withoutAttributes(schema: AvroSchema): AvroSchema {
  if (typeof schema === 'string') return schema
  if (Array.isArray(schema)) return schema.map(withoutAttributes)
  const { type, items, values, fields } = schema
  if (!complexTypes.has(type)) return withoutAttributes(type)
  if (type === 'array') return { type, items: withoutAttributes(items as AvroSchema) }
  if (type === 'map') return { type, values: withoutAttributes(values as AvroSchema) }
  if (type !== 'record') return { ...schema }
  const plain = (fields as AvroField[]).map((field) => ({ ...field, type: withoutAttributes(field.type) }))
  return { ...schema, fields: plain }
}

/** Compiles a schema; `long` is bigint. */
export const avroType = (schema: AvroSchema): avro.Type =>
  // avsc's typings know neither extra attributes nor `registry` beside primitive names.
  avro.Type.forSchema(withoutAttributes(schema) as Parameters<typeof avro.Type.forSchema>[0], {
    registry: { long: int64 },
    wrapUnions: false,
    omitRecordMethods: true,
  })

const headerType = avroType({ type: 'map', values: 'bytes' })
const magic = Buffer.from('Obj\x01', 'latin1')
const syncLength = 16

/** A block is cut when it has grown to this many bytes before compression, as the Java writer does. */
const blockBytes = 64 * 1024

/** Collects encoded records into deflated blocks. */
export class AvroWriter {
  readonly #parts: Buffer[]
  readonly #sync = randomBytes(syncLength)
  readonly #block = new AvroSink(blockBytes * 2)
  #records = 0

  /** `schema` goes into the header as it is. */
  constructor(schema: AvroSchema, metadata: Record<string, string>) {
    const header: Record<string, Buffer> = {
      'avro.schema': Buffer.from(JSON.stringify(schema)),
      'avro.codec': Buffer.from('deflate'),
    }
    for (const [key, value] of Object.entries(metadata)) header[key] = Buffer.from(value)
    this.#parts = [magic, headerType.toBuffer(header), this.#sync]
  }

  /** Appends the record that `write` encodes, in this writer's schema. */
  append(write: (sink: AvroSink) => void): void {
    write(this.#block)
    this.#records += 1
    if (this.#block.position >= blockBytes) this.#flush()
  }

  #flush(): void {
    if (this.#records === 0) return
    const block = deflateRawSync(this.#block.bytes.subarray(0, this.#block.position))
    const head = new AvroSink(20)
    head.number(this.#records)
    head.number(block.length)
    this.#parts.push(head.bytes.subarray(0, head.position), block, this.#sync)
    this.#block.position = 0
    this.#records = 0
  }

  /** The whole file. */
  finish(): Buffer {
    this.#flush()
    return Buffer.concat(this.#parts)
  }
}

export interface AvroFile {
  metadata: Map<string, Buffer>
  /** The writer's schema as JSON text. */
  schemaText: string
  blocks: AvroBlock[]
}

export interface AvroBlock {
  records: number
  /** Still compressed. */
  bytes: Buffer
}

function readLong(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0
  let scale = 1
  for (let position = start; position < bytes.length; position += 1) {
    const byte = bytes[position] ?? 0
    value += (byte & 127) * scale
    if (byte < 128) return { value: value % 2 === 0 ? value / 2 : -(value + 1) / 2, end: position + 1 }
    scale *= 128
  }
  throw new SpecError('The Avro file ends in the middle of a number.')
}

/** Splits a container file into header and blocks. @throws SpecError when it is not one or is cut off. */
export function openAvro(bytes: Buffer): AvroFile {
  if (!bytes.subarray(0, 4).equals(magic)) throw new SpecError('The file is not an Avro container file.')
  const header = headerType.decode(bytes, 4) as { value?: Record<string, Buffer>; offset: number }
  if (!header.value || header.offset + syncLength > bytes.length) {
    throw new SpecError('The Avro file ends in its header.')
  }
  const metadata = new Map(Object.entries(header.value))
  const schemaText = metadata.get('avro.schema')?.toString('utf8')
  if (schemaText === undefined) throw new SpecError('The Avro file has no schema.')
  let position = header.offset
  const sync = bytes.subarray(position, position + syncLength)
  position += syncLength
  const blocks: AvroBlock[] = []
  while (position < bytes.length) {
    const count = readLong(bytes, position)
    const size = readLong(bytes, count.end)
    const end = size.end + size.value
    if (size.value < 0 || !bytes.subarray(end, end + syncLength).equals(sync)) {
      throw new SpecError('The Avro file is damaged or cut off: a block does not end with its sync marker.')
    }
    blocks.push({ records: count.value, bytes: bytes.subarray(size.end, end) })
    position = end + syncLength
  }
  return { metadata, schemaText, blocks }
}

/** A block that says to be larger when uncompressed is not read: writers cut them at some 64 KiB, all at 16 MiB. */
const maxBlockBytes = 256 * 1024 * 1024
/** Room for what most writers make of a block, so that it is not put together from pieces. */
const usualBlockBytes = 72 * 1024
/** Shorter ones are uncompressed at once: handing them to another thread takes longer. */
const asideBytes = 4096
/** Blocks that are uncompressed while an earlier one is read. */
const blocksAhead = 2
const inflate = promisify(inflateRaw)

async function inflateBlock(codec: string, bytes: Buffer): Promise<Buffer> {
  if (codec === 'null') return bytes
  if (codec !== 'deflate') {
    throw new SpecError(
      `The Avro file is compressed with "${codec}"; only deflate (every Iceberg writer's default) and null can be read.`,
    )
  }
  const options = { maxOutputLength: maxBlockBytes, chunkSize: usualBlockBytes }
  try {
    return bytes.length < asideBytes ? inflateRawSync(bytes, options) : await inflate(bytes, options)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new SpecError(`The Avro file has a block of more than ${maxBlockBytes} bytes.`)
    throw new SpecError('The Avro file is damaged: a block cannot be uncompressed.')
  }
}

/**
 * The blocks of a file, uncompressed one after the other, the next ones in other threads meanwhile.
 * @throws SpecError for a codec other than null and deflate, and for a damaged block
 */
export async function* readBlocks(file: AvroFile): AsyncGenerator<{ records: number; bytes: Buffer }> {
  const codec = file.metadata.get('avro.codec')?.toString('latin1') ?? 'null'
  const ahead: Promise<Buffer>[] = []
  const waiting = file.blocks.values()
  for (const { records } of file.blocks) {
    while (ahead.length <= blocksAhead) {
      const block = waiting.next().value
      if (!block) break
      const bytes = inflateBlock(codec, block.bytes)
      // Awaited below, unless an earlier block is damaged.
      bytes.catch(() => {})
      ahead.push(bytes)
    }
    const bytes = await ahead.shift()
    if (bytes) yield { records, bytes }
  }
}

/** A schema with names by id, and the types of its fields by id. */
type Normalized = { schema: AvroSchema; types: Map<number, AvroSchema> }

/**
 * Rewrites a writer's schema so that names follow Iceberg's ids: writers differ in names of records and, over time, of
 * fields (`added_data_files_count`), and Avro resolves by name. `nameOf` gives the name for a field id; undefined keeps
 * the writer's.
 */
export function normalizeSchema(schema: AvroSchema, nameOf: (id: number) => string | undefined): Normalized {
  const types = new Map<number, AvroSchema>()
  const walk = (node: AvroSchema, path: string): AvroSchema => {
    if (typeof node === 'string') return node
    if (Array.isArray(node)) return node.map((branch) => walk(branch, path))
    const { type } = node
    if (type === 'record') {
      const fields = (node.fields as AvroField[]).map((field) => {
        const id = field['field-id']
        const name = (id === undefined ? undefined : nameOf(id)) ?? field.name
        const fieldType = walk(field.type, id === undefined ? `${path}_${field.name}` : `r${id}`)
        if (id !== undefined) types.set(id, fieldType)
        return { name, type: fieldType }
      })
      return { type: 'record', name: path, fields }
    }
    if (type === 'array') return { type: 'array', items: walk(node.items as AvroSchema, `${path}_item`) }
    if (type === 'map') return { type: 'map', values: walk(node.values as AvroSchema, `${path}_value`) }
    if (type === 'fixed') return { type: 'fixed', name: node.name, size: node.size }
    if (typeof type === 'object') return walk(type, path)
    return type
  }
  return { schema: walk(schema, 'root'), types }
}
