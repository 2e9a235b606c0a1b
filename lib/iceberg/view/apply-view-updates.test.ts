import { describe, expect, it } from 'vitest'
import type { Schema } from '../spec/schema.ts'
import { applyViewUpdates } from './apply-view-updates.ts'
import { checkViewRequirements } from './check-view-requirements.ts'
import { newViewMetadata } from './new-view-metadata.ts'
import type { ViewMetadata, ViewVersion } from './view-metadata.ts'
import type { ViewUpdate } from './view-update.ts'

const schema: Schema = {
  schemaId: 7,
  fields: [
    { id: 0, name: 'day', required: false, type: 'date' },
    { id: 1, name: 'visits', required: false, type: 'long' },
  ],
}
const wider: Schema = {
  schemaId: 0,
  fields: [...schema.fields, { id: 2, name: 'page', required: false, type: 'string' }],
}
const version = (sql: string, ...dialects: string[]): ViewVersion => ({
  versionId: 1,
  schemaId: 0,
  timestampMs: 1000,
  summary: { 'engine-name': 'spark' },
  representations: (dialects.length > 0 ? dialects : ['spark']).map((dialect) => ({
    type: 'sql',
    sql,
    dialect,
  })),
  defaultNamespace: ['analytics'],
})
const base = newViewMetadata('s3://warehouse/daily/', {
  schema,
  version: version('select 1'),
  properties: { comment: 'x' },
})
const replace = (next: ViewVersion): ViewUpdate[] => [
  { action: 'add-view-version', viewVersion: next },
  { action: 'set-current-view-version', viewVersionId: -1 },
]
const replaced = (metadata: ViewMetadata, next: ViewVersion, now?: number) =>
  applyViewUpdates(metadata, replace(next), now)

describe('a new view', () => {
  it('starts with schema 0 and version 1, whatever the request calls them', () => {
    expect(base).toMatchObject({
      formatVersion: 1,
      location: 's3://warehouse/daily',
      schemas: [{ schemaId: 0 }],
      currentVersionId: 1,
      versions: [{ versionId: 1, schemaId: 0 }],
      versionLog: [{ versionId: 1, timestampMs: 1000 }],
      properties: { comment: 'x' },
    })
    expect(base.viewUuid).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('is refused without a query, with two of one dialect, or with field ids or names twice', () => {
    const make = (next: ViewVersion, of = schema) => newViewMetadata('s3://x', { schema: of, version: next })
    expect(() => make({ ...version('x'), representations: [] })).toThrow(/no query/)
    expect(() => make(version('x', 'Trino', 'trino'))).toThrow(
      'Cannot add multiple queries for dialect trino',
    )
    expect(() =>
      make({ ...version('x'), representations: [{ type: 'substrait', json: { type: 'substrait' } }] }),
    ).toThrow(/unsupported view representation "substrait"/)
    const twice = (field: object) => ({
      ...schema,
      fields: schema.fields.map((one) => ({ ...one, ...field })),
    })
    expect(() => make(version('x'), twice({ id: 1 }))).toThrow(/field id 1 is there twice/)
    expect(() => make(version('x'), twice({ name: 'day' }))).toThrow(/two fields named "day"/)
  })
})

describe('applyViewUpdates', () => {
  it('replaces the definition with a new schema by -1, and touches nothing of its input', () => {
    const frozen = JSON.stringify(base)
    const next = applyViewUpdates(base, [
      { action: 'add-schema', schema: wider },
      ...replace({ ...version('select 2'), schemaId: -1, timestampMs: 2000 }),
    ])
    expect(next.schemas.map((one) => one.schemaId)).toEqual([0, 1])
    expect(next.currentVersionId).toBe(2)
    expect(next.versions[1]).toMatchObject({ versionId: 2, schemaId: 1 })
    expect(next.versionLog).toEqual([
      { versionId: 1, timestampMs: 1000 },
      { versionId: 2, timestampMs: 2000 },
    ])
    expect(JSON.stringify(base)).toBe(frozen)
  })

  it('reuses an equal schema and an equal version: -1 then means those', () => {
    const two = replaced(base, version('select 2'))
    const back = applyViewUpdates(
      two,
      [
        { action: 'add-schema', schema: { ...schema, schemaId: 5 } },
        ...replace({ ...version('select 1'), schemaId: -1, versionId: 9, timestampMs: 9 }),
      ],
      5000,
    )
    expect(back.schemas).toEqual(base.schemas)
    expect(back.versions).toEqual(two.versions)
    expect(back.currentVersionId).toBe(1)
    // It was added long ago, so that the log has the time of the change.
    expect(back.versionLog.at(-1)).toEqual({ versionId: 1, timestampMs: 5000 })
    expect(replaced(base, { ...version('select 1'), timestampMs: 77 })).toBe(base)
  })

  it('tells versions apart that would answer differently', () => {
    for (const change of [
      { defaultNamespace: ['other'] },
      { defaultCatalog: 'other' },
      { summary: {} },
      { representations: [{ type: 'sql' as const, sql: 'select 1', dialect: 'SPARK' }] },
    ]) {
      expect(replaced(base, { ...version('select 1'), ...change }).versions).toHaveLength(2)
    }
  })

  it('gives a version of a stale client the next free id', () => {
    const two = replaced(base, { ...version('select 2'), versionId: 2 })
    const three = replaced(two, { ...version('select 3'), versionId: 2 })
    expect(three.versions.map((one) => one.versionId)).toEqual([1, 2, 3])
    expect(three.currentVersionId).toBe(3)
  })

  it('refuses what does not fit the view', () => {
    const refused = (...updates: ViewUpdate[]) => expect(() => applyViewUpdates(base, updates))
    refused({ action: 'assign-uuid', uuid: 'b0b0b0b0-0000-4000-8000-000000000000' }).toThrow(
      /Cannot reassign uuid/,
    )
    refused({ action: 'upgrade-format-version', formatVersion: 2 }).toThrow(/expected 1/)
    refused({ action: 'set-current-view-version', viewVersionId: 4 }).toThrow(/unknown version: 4/)
    refused({ action: 'set-current-view-version', viewVersionId: -1 }).toThrow(/no version has been added/)
    refused(...replace({ ...version('x'), schemaId: -1 })).toThrow(/no schema has been added/)
    refused(...replace({ ...version('x'), schemaId: 3 })).toThrow(/unknown schema: 3/)
    refused({
      action: 'add-schema',
      schema: { ...schema, fields: [...schema.fields, ...schema.fields] },
    }).toThrow(/twice/)
    refused({ action: 'set-properties', updates: { 'version.history.num-entries': '0' } }).toThrow(
      /must be a positive integer but was "0"/,
    )
  })

  it('changes location and properties, and returns its input when nothing changes', () => {
    const next = applyViewUpdates(base, [
      { action: 'assign-uuid', uuid: base.viewUuid },
      { action: 'upgrade-format-version', formatVersion: 1 },
      { action: 'set-location', location: 's3://other/daily/' },
      { action: 'set-properties', updates: { a: '1', b: '2' } },
      { action: 'remove-properties', removals: ['a', 'comment'] },
    ])
    expect(next).toEqual({ ...base, location: 's3://other/daily', properties: { b: '2' } })
    expect(applyViewUpdates(base, [])).toBe(base)
    expect(
      applyViewUpdates(base, [
        { action: 'set-location', location: base.location },
        { action: 'set-properties', updates: {} },
      ]),
    ).toBe(base)
  })

  it('does not let a dialect vanish unless the view allows it', () => {
    const both = replaced(base, version('select 2', 'spark', 'Trino'))
    expect(() => replaced(both, version('select 3', 'spark'))).toThrow(
      /loss of view dialects.*previous dialects: spark, trino; new dialects: spark$/,
    )
    expect(replaced(both, version('select 3', 'SPARK', 'trino', 'duckdb')).currentVersionId).toBe(3)
    const allow: ViewUpdate = {
      action: 'set-properties',
      updates: { 'replace.drop-dialect.allowed': 'true' },
    }
    expect(applyViewUpdates(both, [allow, ...replace(version('select 3', 'spark'))]).currentVersionId).toBe(3)
  })
})

describe('old versions', () => {
  const limited = (entries: number) =>
    applyViewUpdates(base, [
      { action: 'set-properties', updates: { 'version.history.num-entries': String(entries) } },
    ])
  const replacedTimes = (count: number, from: ViewMetadata) => {
    let metadata = from
    for (let index = 2; index <= count; index += 1) metadata = replaced(metadata, version(`select ${index}`))
    return metadata
  }

  it('are forgotten beyond version.history.num-entries, ten by default', () => {
    expect(replacedTimes(12, base).versions.map((one) => one.versionId)).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ])
    const two = replacedTimes(4, limited(2))
    expect(two.versions.map((one) => one.versionId)).toEqual([3, 4])
    expect(two.versionLog.map((one) => one.versionId)).toEqual([3, 4])
    // An id is never given to another definition.
    expect(replaced(two, version('select 1')).currentVersionId).toBe(5)
  })

  it('stay while they are current or were added by this commit', () => {
    const three = replacedTimes(3, limited(5))
    const back = applyViewUpdates(three, [
      { action: 'set-current-view-version', viewVersionId: 1 },
      { action: 'set-properties', updates: { 'version.history.num-entries': '1' } },
    ])
    expect(back.versions.map((one) => one.versionId)).toEqual([1])
    // Entries before the last forgotten version would leave a hole.
    expect(back.versionLog.map((one) => one.versionId)).toEqual([1])
    const added = applyViewUpdates(limited(1), [
      { action: 'add-view-version', viewVersion: version('select 2') },
      ...replace(version('select 3')),
    ])
    expect(added.versions.map((one) => one.versionId)).toEqual([2, 3])
  })
})

it('requires the UUID of the view that was loaded', () => {
  checkViewRequirements(base, [{ type: 'assert-view-uuid', uuid: base.viewUuid.toUpperCase() }])
  expect(() => checkViewRequirements(base, [{ type: 'assert-view-uuid', uuid: 'other' }])).toThrow(
    expect.objectContaining({ code: 'conflict', retryable: false }),
  )
})
