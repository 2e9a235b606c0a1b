import { describe, expect, it } from 'vitest'
import { nameMappingOf, nameMappingToText, parseNameMapping, updateNameMapping } from './name-mapping.ts'
import type { Schema } from './schema.ts'

const before: Schema = {
  schemaId: 0,
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    {
      id: 2,
      name: 'page',
      required: false,
      type: { type: 'struct', fields: [{ id: 3, name: 'url', required: false, type: 'string' }] },
    },
    {
      id: 4,
      name: 'tags',
      required: false,
      type: { type: 'list', elementId: 5, element: 'string', elementRequired: false },
    },
  ],
}

describe('name mapping', () => {
  it('survives its JSON', () => {
    const mapping = [...nameMappingOf(before), { names: ['ignored'] }]
    expect(parseNameMapping(nameMappingToText(mapping))).toEqual(mapping)
    expect(() => parseNameMapping('[{"names":1}]')).toThrow(/not valid/)
    expect(() => parseNameMapping('nope')).toThrow(/not JSON/)
  })

  it('keeps old names of renamed columns, nested ones too, and those of dropped columns', () => {
    const after: Schema = {
      schemaId: 1,
      fields: [
        {
          id: 2,
          name: 'site',
          required: false,
          type: { type: 'struct', fields: [{ id: 3, name: 'address', required: false, type: 'string' }] },
        },
      ],
    }
    const updated = updateNameMapping(nameMappingOf(before), before, after)
    expect(updated[0]).toEqual({ fieldId: 1, names: ['id'] })
    expect(updated[1]).toEqual({
      fieldId: 2,
      names: ['page', 'site'],
      fields: [{ fieldId: 3, names: ['url', 'address'] }],
    })
  })

  it('leaves out what a mapping left out, and takes a name from one to give it to another', () => {
    const partial = nameMappingOf(before).slice(1)
    const after: Schema = {
      schemaId: 1,
      fields: [
        { id: 1, name: 'id', required: true, type: 'long' },
        { id: 6, name: 'tags', required: false, type: 'string' },
      ],
    }
    expect(updateNameMapping(partial, before, after)).toEqual([
      partial[0],
      { fieldId: 4, names: [], fields: [{ fieldId: 5, names: ['element'] }] },
      { fieldId: 6, names: ['tags'] },
    ])
  })
})
