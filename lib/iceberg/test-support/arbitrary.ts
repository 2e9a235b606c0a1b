import fc from 'fast-check'
import type { Schema } from '../spec/schema.ts'
import { valueToJson } from '../spec/single-value-json.ts'
import type { Snapshot } from '../spec/snapshot.ts'
import type { IcebergType, NestedField, PrimitiveType, PrimitiveValue } from '../spec/types.ts'

/** Whatever fast-check makes up, for the property tests of the codecs. */

export const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const day = 86_400_000_000n
/** Years 1 to 9999, as dates have them in JSON. */
const micros = fc.bigInt({ min: -719_162n * day, max: 2_932_896n * day })
const text = fc.string({
  unit: fc.constantFrom('a', 'Z', '눈', '😀', '\ue000', '\ud7ff', '"', '\\', '\n', ' '),
})
const bytes = (length?: number) =>
  fc
    .uint8Array(length === undefined ? { maxLength: 40 } : { minLength: length, maxLength: length })
    .map((array): PrimitiveValue => Buffer.from(array))
const unscaled = (precision: number) =>
  fc.bigInt({ min: -(10n ** BigInt(precision)) + 1n, max: 10n ** BigInt(precision) - 1n })

/** Every type with single values, and its values. */
export const primitives: [PrimitiveType, fc.Arbitrary<PrimitiveValue>][] = [
  ['boolean', fc.boolean()],
  ['int', fc.integer()],
  ['long', int64],
  ['float', fc.float()],
  ['double', fc.double()],
  ['date', fc.integer({ min: -719_162, max: 2_932_896 })],
  ['time', fc.bigInt({ min: 0n, max: day - 1n })],
  ['timestamp', micros],
  ['timestamptz', micros],
  ['timestamp_ns', int64],
  ['timestamptz_ns', int64],
  ['string', text],
  ['uuid', fc.uuid()],
  ['fixed[5]', bytes(5)],
  ['binary', bytes()],
  ['decimal(9,2)', unscaled(9)],
  ['decimal(38,10)', unscaled(38)],
]

/** A type with a value that serves as a default: JSON has no NaN and no infinity. */
const typed = fc
  .constantFrom(...primitives)
  .chain(([type, values]) => fc.tuple(fc.constant(type), values))
  .filter(([type, value]) => Number.isFinite(valueToJson(type, value)) || typeof value !== 'number')

/** Fields whose ids are not numbered yet. */
const type: fc.Memo<IcebergType> = fc.memo((depth) => {
  const primitive = typed.map(([one]): IcebergType => one)
  if (depth <= 1) return primitive
  const inner = type(depth - 1)
  return fc.oneof(
    { weight: 3, arbitrary: primitive },
    {
      weight: 1,
      arbitrary: fields(inner).map((some): IcebergType => ({ type: 'struct', fields: some })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(inner, fc.boolean()).map(
        ([element, elementRequired]): IcebergType => ({
          type: 'list',
          elementId: 0,
          element,
          elementRequired,
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(primitive, inner, fc.boolean()).map(
        ([key, value, valueRequired]): IcebergType => ({
          type: 'map',
          keyId: 0,
          key,
          valueId: 0,
          value,
          valueRequired,
        }),
      ),
    },
  )
})

const fields = (inner: fc.Arbitrary<IcebergType>): fc.Arbitrary<NestedField[]> => {
  const plain = fc.tuple(inner, fc.boolean(), fc.option(text)).map(
    ([one, required, doc]): NestedField => ({
      id: 0,
      name: '',
      required,
      type: one,
      ...(doc === null ? {} : { doc }),
    }),
  )
  const withDefault = typed.map(
    ([one, value]): NestedField => ({
      id: 0,
      name: '',
      required: true,
      type: one,
      initialDefault: value,
      writeDefault: value,
    }),
  )
  return fc.array(fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: withDefault }), {
    minLength: 1,
    maxLength: 4,
  })
}

/** Gives a type's fields ids, and names that tell them apart. */
function numbered(one: IcebergType, nextId: () => number): IcebergType {
  if (typeof one === 'string') return one
  if (one.type === 'struct')
    return { ...one, fields: one.fields.map((field) => numberedField(field, nextId)) }
  if (one.type === 'list') {
    return { ...one, elementId: nextId(), element: numbered(one.element, nextId) }
  }
  return { ...one, keyId: nextId(), valueId: nextId(), value: numbered(one.value, nextId) }
}

function numberedField(field: NestedField, nextId: () => number): NestedField {
  const id = nextId()
  return { ...field, id, name: `눈 ${id}`, type: numbered(field.type, nextId) }
}

/** A schema of up to four columns, nested up to three levels deep, some with defaults. */
export const schemas: fc.Arbitrary<Schema> = fc
  .tuple(fields(type(3)), fc.nat(1000))
  .map(([some, schemaId]) => {
    let last = 0
    const nextId = () => {
      last += 1
      return last
    }
    return { schemaId, fields: some.map((field) => numberedField(field, nextId)) }
  })

const positive = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })

export const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    snapshotId: positive,
    parentSnapshotId: fc.option(positive, { nil: undefined }),
    sequenceNumber: positive,
    timestampMs: fc.nat(),
    manifestList: text,
    schemaId: fc.nat(),
    summary: fc.dictionary(text, text).map((more) => ({ ...more, operation: 'append' })),
    firstRowId: fc.option(positive, { nil: undefined }),
    addedRows: fc.option(positive, { nil: undefined }),
  })
  .map((snapshot) => {
    const present = Object.entries(snapshot).filter(([, value]) => value !== undefined)
    return Object.fromEntries(present) as unknown as Snapshot
  })
