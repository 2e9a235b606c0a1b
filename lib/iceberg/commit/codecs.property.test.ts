import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseJson, stringifyJson } from '../spec/json.ts'
import { SchemaJson, schemaToJson } from '../spec/schema-json.ts'
import { tableMetadataFromJson, tableMetadataToJson } from '../spec/table-metadata-json.ts'
import { int64, schemas, snapshots } from '../test-support/arbitrary.ts'
import { applyUpdates } from './apply-updates.ts'
import { newTableMetadata } from './new-table-metadata.ts'
import type { Requirement } from './requirement.ts'
import { parseRequirements, requirementToJson } from './requirement-json.ts'
import type { TableUpdate } from './table-update.ts'
import { parseTableUpdates, tableUpdateToJson } from './update-json.ts'

/** As it arrives on the other side: printed and parsed. */
const throughText = (json: unknown): unknown => parseJson(stringifyJson(json))

/** Integers come back as numbers where these hold them exactly. */
function asParsed(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (Array.isArray(value)) return value.map(asParsed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asParsed(one)]))
}

it('keeps integers of 64 bits and everything else of JSON', () => {
  const fraction = fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true })
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(int64, fc.string(), fc.boolean(), fc.constant(null), fraction),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      expect(throughText(value)).toEqual(asParsed(value))
    }),
  )
})

it('reads every schema as it was', () => {
  fc.assert(
    fc.property(schemas, (schema) => {
      expect(SchemaJson.parse(throughText(schemaToJson(schema)))).toEqual(schema)
    }),
  )
})

it('reads every update and requirement as it was', () => {
  const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })
  const updates: fc.Arbitrary<TableUpdate> = fc.oneof(
    schemas.map((schema): TableUpdate => ({ action: 'add-schema', schema })),
    snapshots.map((snapshot): TableUpdate => ({ action: 'add-snapshot', snapshot })),
    id.map(
      (snapshotId): TableUpdate => ({
        action: 'set-snapshot-ref',
        refName: '눈',
        type: 'branch',
        snapshotId,
      }),
    ),
    fc.array(id).map((snapshotIds): TableUpdate => ({ action: 'remove-snapshots', snapshotIds })),
    fc
      .dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.string(),
      )
      .map((some): TableUpdate => ({ action: 'set-properties', updates: some })),
    fc.array(fc.string()).map((removals): TableUpdate => ({ action: 'remove-properties', removals })),
    fc.nat().map((schemaId): TableUpdate => ({ action: 'set-current-schema', schemaId })),
  )
  fc.assert(
    fc.property(fc.array(updates), (some) => {
      expect(parseTableUpdates(throughText(some.map(tableUpdateToJson)))).toEqual(some)
    }),
  )
  const requirements: fc.Arbitrary<Requirement> = fc.oneof(
    fc.constant<Requirement>({ type: 'assert-create' }),
    fc.uuid().map((uuid): Requirement => ({ type: 'assert-table-uuid', uuid })),
    fc
      .option(id)
      .map((snapshotId): Requirement => ({ type: 'assert-ref-snapshot-id', ref: 'main', snapshotId })),
    fc.nat().map((currentSchemaId): Requirement => ({ type: 'assert-current-schema-id', currentSchemaId })),
  )
  fc.assert(
    fc.property(fc.array(requirements), (some) => {
      expect(parseRequirements(throughText(some.map(requirementToJson)))).toEqual(some)
    }),
  )
})

it('reads the metadata of every table as it was', () => {
  fc.assert(
    fc.property(schemas, fc.array(snapshots, { maxLength: 4 }), (schema, some) => {
      const made = newTableMetadata('s3://bucket/눈', {
        schema,
        properties: { 'format-version': '3', a: '"' },
      })
      const metadata = some.reduce((before, snapshot, index) => {
        const numbered = {
          ...snapshot,
          snapshotId: BigInt(index + 1) * 2n ** 60n + 1n,
          sequenceNumber: BigInt(index + 1),
          schemaId: made.currentSchemaId,
          firstRowId: BigInt(index) * 10n,
          addedRows: 10n,
          timestampMs: before.lastUpdatedMs,
        }
        return applyUpdates(before, [
          { action: 'add-snapshot', snapshot: numbered },
          { action: 'set-snapshot-ref', refName: 'main', type: 'branch', snapshotId: numbered.snapshotId },
        ])
      }, made)
      expect(tableMetadataFromJson(throughText(tableMetadataToJson(metadata)))).toEqual(metadata)
    }),
  )
})

it('refuses a property that an object could lose', () => {
  const update = '[{"action":"set-properties","updates":{"__proto__":"x"}}]'
  expect(() => parseTableUpdates(parseJson(update))).toThrow('__proto__')
})
