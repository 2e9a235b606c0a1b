import type { AvroField, AvroSchema } from './avro.ts'
import { SpecError } from './spec-error.ts'

/**
 * Reads Avro's binary encoding by the writer's schema. Unlike avsc it can stop at a field and come back to it, or pick
 * some pairs out of a map, which is what planning needs of manifests. Every read checks that its bytes are there, and
 * no length that a file names is believed before that.
 */
export class AvroCursor {
  readonly bytes: Buffer
  position = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** An `int`, or a `long` that counts something: up to 49 bits. */
  number(): number {
    const { bytes } = this
    let { position } = this
    let value = 0
    let scale = 1
    for (let count = 0; count < 7; count += 1) {
      const byte = bytes[position]
      if (byte === undefined) throw tooFewBytes()
      position += 1
      value += (byte & 127) * scale
      if (byte < 128) {
        this.position = position
        return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      }
      scale *= 128
    }
    throw new SpecError('The Avro file is damaged: a number is out of range.')
  }

  /** A `long`. */
  bigint(): bigint {
    const { bytes } = this
    let { position } = this
    let value = 0
    let scale = 1
    let byte = 128
    for (let count = 0; count < 7 && byte >= 128; count += 1) {
      byte = bytes[position] ?? -1
      if (byte < 0) throw tooFewBytes()
      position += 1
      value += (byte & 127) * scale
      scale *= 128
    }
    if (byte < 128) {
      this.position = position
      return BigInt(value % 2 === 0 ? value / 2 : -(value + 1) / 2)
    }
    let high = 0
    scale = 1
    for (let count = 7; byte >= 128; count += 1) {
      byte = bytes[position] ?? -1
      if (byte < 0) throw tooFewBytes()
      if (count === 10) throw new SpecError('The Avro file is damaged: a number is out of range.')
      position += 1
      high += (byte & 127) * scale
      scale *= 128
    }
    this.position = position
    const folded = (BigInt(high) << 49n) | BigInt(value)
    return BigInt.asIntN(64, (folded >> 1n) ^ -(folded & 1n))
  }

  skipNumber(): void {
    const { bytes } = this
    let { position } = this
    let byte: number | undefined
    do {
      byte = bytes[position]
      if (byte === undefined) throw tooFewBytes()
      position += 1
    } while (byte >= 128)
    this.position = position
  }

  /** Moves on by a number of bytes and returns where they began. */
  advance(length: number): number {
    const start = this.position
    if (length < 0 || length > this.bytes.length - start) throw tooFewBytes()
    this.position = start + length
    return start
  }

  /** `bytes`, as a view. */
  view(): Buffer {
    const length = this.number()
    const start = this.advance(length)
    return this.bytes.subarray(start, start + length)
  }

  string(): string {
    const length = this.number()
    const start = this.advance(length)
    return this.bytes.toString('utf8', start, start + length)
  }

  /**
   * Passes over pairs of numbers, or of a number and bytes, and stops at the values of wanted keys. This loop is what
   * planning by a column's bounds spends its time in.
   */
  pickPairs(
    count: number,
    withBytes: boolean,
    wanted: ReadonlySet<number>,
    take: (cursor: AvroCursor, key: number) => void,
  ): void {
    const { bytes } = this
    let { position } = this
    // A pair takes two bytes at least.
    if (count * 2 > bytes.length - position) throw tooFewBytes()
    for (let index = 0; index < count; index += 1) {
      const [first, second] = [bytes[position] ?? 0, bytes[position + 1] ?? 0]
      let key = first >> 1
      if (first < 128) position += 1
      else if (second < 128) {
        key = ((first & 127) + second * 128) >> 1
        position += 2
      } else {
        this.position = position
        key = this.number()
        position = this.position
      }
      const length = bytes[position] ?? 0
      if (wanted.has(key)) {
        this.position = position
        take(this, key)
        position = this.position
      } else if (withBytes && length < 128 && (length & 1) === 0) position += 1 + (length >> 1)
      else {
        this.position = position
        if (withBytes) this.advance(this.number())
        else this.skipNumber()
        position = this.position
      }
      if (position > bytes.length) throw tooFewBytes()
    }
    this.position = position
  }

  /** Bytes of the items that `block` announced, where the writer says. */
  blockSize: number | undefined

  /** How many items of an array or map follow; 0 at its end. */
  block(): number {
    const items = this.number()
    this.blockSize = items < 0 ? this.number() : undefined
    return items < 0 ? -items : items
  }
}

const tooFewBytes = () => new SpecError('The Avro file is damaged: a block has too few bytes.')

export interface AvroCodec {
  read(cursor: AvroCursor): unknown
  skip(cursor: AvroCursor): void
}

const skipBytes = (cursor: AvroCursor): void => {
  cursor.advance(cursor.number())
}
/** Nothing that is read keeps the block alive. */
const copied = (cursor: AvroCursor): Buffer => Buffer.from(cursor.view())
function fixed(size: number): AvroCodec {
  if (!Number.isSafeInteger(size)) throw new SpecError(`The Avro schema has a fixed type of ${size} bytes.`)
  return {
    read: (cursor) => {
      const start = cursor.advance(size)
      return Buffer.from(cursor.bytes.subarray(start, start + size))
    },
    skip: (cursor) => void cursor.advance(size),
  }
}
const floating = (read: (bytes: Buffer, at: number) => number, size: number): AvroCodec => ({
  read: (cursor) => read(cursor.bytes, cursor.advance(size)),
  skip: (cursor) => void cursor.advance(size),
})

const primitives: Record<string, AvroCodec> = {
  null: { read: () => null, skip: () => {} },
  boolean: {
    read: (cursor) => cursor.bytes[cursor.advance(1)] !== 0,
    skip: (cursor) => void cursor.advance(1),
  },
  int: { read: (cursor) => cursor.number(), skip: (cursor) => cursor.skipNumber() },
  long: { read: (cursor) => cursor.bigint(), skip: (cursor) => cursor.skipNumber() },
  float: floating((bytes, at) => bytes.readFloatLE(at), 4),
  double: floating((bytes, at) => bytes.readDoubleLE(at), 8),
  bytes: { read: copied, skip: skipBytes },
  string: { read: (cursor) => cursor.string(), skip: skipBytes },
}

/** Reads a block's records. @throws SpecError when it has fewer or other ones than it says */
export function readRecords(
  { records, bytes }: { records: number; bytes: Buffer },
  read: (cursor: AvroCursor) => void,
): void {
  const cursor = new AvroCursor(bytes)
  for (let count = 0; count < records; count += 1) {
    const before = cursor.position
    read(cursor)
    if (cursor.position === before) throw emptyItems()
  }
  if (cursor.position !== bytes.length)
    throw new SpecError('The Avro file is damaged: a block has more bytes than its records.')
}

/** Items that take no bytes could be without end. */
const emptyItems = () => new SpecError('The Avro file is damaged: a list of empty items.')

function eachItem(cursor: AvroCursor, item: (cursor: AvroCursor) => void): void {
  for (let items = cursor.block(); items > 0; items = cursor.block()) {
    for (let count = 0; count < items; count += 1) {
      const before = cursor.position
      item(cursor)
      if (cursor.position === before) throw emptyItems()
    }
  }
}

function skipItems(cursor: AvroCursor, skip: (cursor: AvroCursor) => void): void {
  for (let items = cursor.block(); items > 0; items = cursor.block()) {
    if (cursor.blockSize !== undefined) cursor.advance(cursor.blockSize)
    else {
      for (let count = 0; count < items; count += 1) {
        const before = cursor.position
        skip(cursor)
        if (cursor.position === before) throw emptyItems()
      }
    }
  }
}

function unionOf(branches: readonly AvroCodec[]): AvroCodec {
  const branch = (cursor: AvroCursor): AvroCodec => {
    const codec = branches[cursor.number()]
    if (codec === undefined)
      throw new SpecError('The Avro file is damaged: a union has no branch of that number.')
    return codec
  }
  return {
    read: (cursor) => branch(cursor).read(cursor),
    skip: (cursor) => branch(cursor).skip(cursor),
  }
}

function recordOf(fields: readonly (AvroCodec & { name: string })[]): AvroCodec {
  return {
    read: (cursor) => {
      const record: Record<string, unknown> = {}
      for (const field of fields) record[field.name] = field.read(cursor)
      return record
    },
    skip: (cursor) => {
      for (const field of fields) field.skip(cursor)
    },
  }
}

/**
 * What reads values of a schema: `long` as bigint, bytes and fixed as copies, unions as their value, maps by name.
 * @throws SpecError for a type that Avro does not have
 */
export function avroCodec(schema: AvroSchema, named = new Map<string, AvroCodec>()): AvroCodec {
  if (Array.isArray(schema)) return unionOf(schema.map((branch) => avroCodec(branch, named)))
  if (typeof schema === 'string') {
    const codec = primitives[schema] ?? named.get(schema)
    if (!codec) throw new SpecError(`The Avro schema names the unknown type "${schema.slice(0, 80)}".`)
    return codec
  }
  const { type } = schema
  const keep = (codec: AvroCodec): AvroCodec => {
    named.set(String(schema.name), codec)
    return codec
  }
  switch (type) {
    case 'record':
      return keep(
        recordOf(
          (schema.fields as AvroField[]).map((field) => ({
            name: field.name,
            ...avroCodec(field.type, named),
          })),
        ),
      )
    case 'fixed':
      return keep(fixed(Number(schema.size)))
    case 'enum': {
      const symbols = schema.symbols as string[]
      return keep({
        read: (cursor) => symbols[cursor.number()] ?? null,
        skip: (cursor) => cursor.skipNumber(),
      })
    }
    case 'array': {
      const items = avroCodec(schema.items as AvroSchema, named)
      return {
        read: (cursor) => {
          const list: unknown[] = []
          eachItem(cursor, () => list.push(items.read(cursor)))
          return list
        },
        skip: (cursor) => skipItems(cursor, items.skip),
      }
    }
    case 'map': {
      const values = avroCodec(schema.values as AvroSchema, named)
      return {
        read: (cursor) => {
          const map = new Map<string, unknown>()
          eachItem(cursor, () => map.set(cursor.string(), values.read(cursor)))
          return map
        },
        skip: (cursor) =>
          skipItems(cursor, () => {
            skipBytes(cursor)
            values.skip(cursor)
          }),
      }
    }
    default:
      return avroCodec(type, named)
  }
}

/** The pairs of a map that were asked for; of a duplicate key the last one. Cheaper than a Map to fill again and again. */
export class PickedPairs {
  readonly #keys: number[] = []
  readonly #values: unknown[] = []
  #count = 0

  clear(): void {
    this.#count = 0
  }

  add(key: number, value: unknown): void {
    this.#keys[this.#count] = key
    this.#values[this.#count] = value
    this.#count += 1
  }

  get(key: number): unknown {
    for (let index = this.#count - 1; index >= 0; index -= 1)
      if (this.#keys[index] === key) return this.#values[index]
    return undefined
  }

  /** As a map of its own, with bytes of its own instead of views, which would keep the whole block. */
  toMap(): Map<number, unknown> {
    const map = new Map<number, unknown>()
    for (let index = 0; index < this.#count; index += 1) {
      const value = this.#values[index]
      map.set(this.#keys[index] ?? 0, value instanceof Uint8Array ? Buffer.from(value) : value)
    }
    return map
  }
}

const none: ReadonlySet<number> = new Set()
const nothing = () => {}

/**
 * Pairs of a map with integer keys, which is an array of two-field records in Avro. `wanted` leaves out all other keys;
 * then it is read as `PickedPairs`, the same one each time. Null for a type that is no such map.
 */
export function pairsCodec(schema: AvroSchema, wanted?: ReadonlySet<number>): AvroCodec | null {
  if (Array.isArray(schema)) {
    const branches = schema.map((branch) =>
      branch === 'null' ? primitives.null : pairsCodec(branch, wanted),
    )
    return branches.every((branch) => branch != null) ? unionOf(branches) : null
  }
  if (typeof schema === 'string' || schema.type !== 'array') return null
  const items = schema.items as AvroSchema
  if (typeof items === 'string' || Array.isArray(items) || items.type !== 'record') return null
  const [key, value, more] = items.fields as AvroField[]
  if (!key || !value || more || (key.type !== 'int' && key.type !== 'long')) return null
  if (value.type !== 'long' && value.type !== 'bytes') return null
  const withBytes = value.type === 'bytes'
  const readAll = (cursor: AvroCursor) => {
    const map = new Map<number, unknown>()
    for (let items = cursor.block(); items > 0; items = cursor.block()) {
      for (let index = 0; index < items; index += 1)
        map.set(cursor.number(), withBytes ? copied(cursor) : cursor.bigint())
    }
    return map
  }
  const picked = new PickedPairs()
  const pick = (cursor: AvroCursor, id: number) => picked.add(id, withBytes ? cursor.view() : cursor.bigint())
  const readWanted = (cursor: AvroCursor, ids: ReadonlySet<number>) => {
    picked.clear()
    for (let items = cursor.block(); items > 0; items = cursor.block()) {
      cursor.pickPairs(items, withBytes, ids, pick)
    }
    return picked
  }
  return {
    read: wanted ? (cursor) => readWanted(cursor, wanted) : readAll,
    skip: (cursor) => {
      for (let items = cursor.block(); items > 0; items = cursor.block()) {
        if (cursor.blockSize !== undefined) cursor.advance(cursor.blockSize)
        else cursor.pickPairs(items, withBytes, none, nothing)
      }
    },
  }
}

const numbers: ReadonlySet<unknown> = new Set(['int', 'long'])
const withoutNull = (schema: AvroSchema): AvroSchema => {
  const branches = Array.isArray(schema) ? schema.filter((branch) => branch !== 'null') : [schema]
  const only = branches.length === 1 ? branches[0] : undefined
  return only === undefined ? schema : only
}
const kindOf = (schema: AvroSchema): unknown => {
  const one = withoutNull(schema)
  return typeof one === 'string' ? one : Array.isArray(one) ? 'union' : one.type
}

/**
 * Checks that a writer's field is of the kind that a reader will take it for; int and long count as one kind.
 * @throws SpecError
 */
export function checkKind(name: string, found: AvroSchema, expected: AvroSchema): void {
  const [is, shall] = [kindOf(found), kindOf(expected)]
  if (is === shall || (numbers.has(is) && numbers.has(shall))) return
  throw new SpecError(
    `The Avro schema has the field ${name} of type ${String(is)}, expected ${String(shall)}.`,
  )
}
