import { describe, expect, it } from 'vitest'
import { SpecError } from '#lib/iceberg/spec/spec-error.ts'
import { parseTypeText } from './parse-type.ts'
import { typeText } from './type-text.ts'

const parse = (text: string) => {
  let last = 0
  return parseTypeText(text, () => {
    last += 1
    return last
  })
}

describe('parseTypeText', () => {
  it.each([
    'long',
    'decimal(9,2)',
    'fixed[16]',
    'list<int>',
    'map<string, long>',
    'struct<name: string, url: string>',
    'list<struct<at: timestamptz, tags: map<string, list<decimal(12,3)>>>>',
  ])('reads %s as it is written', (text) => {
    expect(typeText(parse(text))).toBe(text)
  })

  it('takes blanks and capitals as people type them', () => {
    expect(typeText(parse(' List< DECIMAL( 9 , 2 ) > '))).toBe('list<decimal(9,2)>')
    expect(typeText(parse('struct<pageUrl:string>'))).toBe('struct<pageUrl: string>')
  })

  it('gives each thing inside an id of its own', () => {
    expect(parse('map<string, struct<a: int, b: list<int>>>')).toEqual({
      type: 'map',
      keyId: 1,
      key: 'string',
      valueId: 2,
      value: {
        type: 'struct',
        fields: [
          { id: 3, name: 'a', required: false, type: 'int' },
          {
            id: 4,
            name: 'b',
            required: false,
            type: { type: 'list', elementId: 5, element: 'int', elementRequired: false },
          },
        ],
      },
      valueRequired: false,
    })
  })

  it.each([
    '',
    'bigint',
    'list<>',
    'list<int, int>',
    'map<string>',
    'struct<>',
    'struct<int>',
    'struct<a:>',
    'list<int',
  ])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(SpecError)
  })

  it('ends with a type that is nested as deep as a request can be long', () => {
    expect(() => parse(`${'list<'.repeat(400)}int${'>'.repeat(400)}`)).not.toThrow()
  })
})
