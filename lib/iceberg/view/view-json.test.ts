import { describe, expect, it } from 'vitest'
import { parseJson, stringifyJson } from '../spec/json.ts'
import { viewMetadataFromJson, viewMetadataToJson } from './view-metadata-json.ts'
import { ViewRequirementJson, ViewUpdateJson } from './view-update.ts'

/** As the view specification's example has it, and with a representation of a kind that is still to come. */
const document = {
  'view-uuid': 'fa6506c3-7681-40c8-86dc-e36561f83385',
  'format-version': 1,
  location: 's3://bucket/warehouse/default.db/event_agg',
  schemas: [
    {
      type: 'struct',
      'schema-id': 1,
      fields: [{ id: 1, name: 'event_count', required: false, type: 'int', doc: 'Count of events' }],
    },
  ],
  'current-version-id': 2,
  versions: [
    {
      'version-id': 1,
      'timestamp-ms': 1573518431292,
      'schema-id': 1,
      summary: { 'engine-name': 'Spark' },
      'default-catalog': 'prod',
      'default-namespace': ['default'],
      representations: [{ type: 'sql', sql: 'SELECT\n COUNT(1)', dialect: 'spark' }],
    },
    {
      'version-id': 2,
      'timestamp-ms': 1573518981593,
      'schema-id': 1,
      summary: {},
      'default-namespace': [],
      representations: [{ type: 'plan', bytes: 'AA==' }],
    },
  ],
  'version-log': [
    { 'timestamp-ms': 1573518431292, 'version-id': 1 },
    { 'timestamp-ms': 1573518981593, 'version-id': 2 },
  ],
  properties: { comment: 'Daily event counts' },
}

describe('view metadata', () => {
  it('survives JSON in both directions, unknown representations too', () => {
    const read = viewMetadataFromJson(parseJson(JSON.stringify(document)))
    expect(JSON.parse(stringifyJson(viewMetadataToJson(read)))).toEqual(document)
    expect(read.versions[0]).toMatchObject({ defaultCatalog: 'prod', versionId: 1 })
  })

  it('takes null and absent for what is optional', () => {
    const { properties: _, ...rest } = document
    const versions = document.versions.map((version) => ({ ...version, 'default-catalog': null }))
    const read = viewMetadataFromJson({ ...rest, versions })
    expect(read.properties).toEqual({})
    expect(read.versions[0]).not.toHaveProperty('defaultCatalog')
  })

  it.each([
    [{ 'format-version': 2 }, /format version 1/],
    [{ 'view-uuid': undefined }, /view-uuid/],
    [{ 'current-version-id': 3 }, /refers to version 3/],
    [{ schemas: [] }, /schemas/],
    [{ versions: document.versions.map((one) => ({ ...one, 'schema-id': 4 })) }, /schema 4/],
    [
      { versions: document.versions.map((one) => ({ ...one, representations: [{ type: 'sql' }] })) },
      /versions/,
    ],
  ])('says what is wrong: %j', (change, message) => {
    expect(() => viewMetadataFromJson({ ...document, ...change })).toThrow(message)
  })
})

it('parses every update and requirement of the REST specification', () => {
  const parse = (json: unknown) => ViewUpdateJson.parse(json)
  const uuid = document['view-uuid']
  expect(parse({ action: 'assign-uuid', uuid })).toEqual({ action: 'assign-uuid', uuid })
  expect(parse({ action: 'upgrade-format-version', 'format-version': 1 })).toEqual({
    action: 'upgrade-format-version',
    formatVersion: 1,
  })
  expect(parse({ action: 'add-schema', schema: document.schemas[0], 'last-column-id': 1 })).toMatchObject({
    schema: { schemaId: 1 },
  })
  expect(parse({ action: 'set-location', location: 's3://x' })).toMatchObject({ location: 's3://x' })
  expect(parse({ action: 'set-properties', updates: { a: 'b' } })).toMatchObject({ updates: { a: 'b' } })
  expect(parse({ action: 'remove-properties', removals: ['a'] })).toMatchObject({ removals: ['a'] })
  expect(parse({ action: 'add-view-version', 'view-version': document.versions[0] })).toMatchObject({
    viewVersion: { versionId: 1, representations: [{ dialect: 'spark' }] },
  })
  expect(parse({ action: 'set-current-view-version', 'view-version-id': -1 })).toMatchObject({
    viewVersionId: -1,
  })
  expect(() => parse({ action: 'add-snapshot' })).toThrow()
  expect(ViewRequirementJson.parse({ type: 'assert-view-uuid', uuid })).toEqual({
    type: 'assert-view-uuid',
    uuid,
  })
})
