import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { parseJson } from './json.ts'
import { valueFromJson } from './single-value-json.ts'
import { parseTransform, transformFunction, transformResultType } from './transform.ts'
import { parsePrimitiveType } from './types.ts'

/** Transform, type, value and what Spark makes of it; written by e2e/fixtures/generate.ts. */
const GoldenSchema = z.array(z.tuple([z.string(), z.string(), z.unknown(), z.unknown()]))

const file = new URL('./transform.golden.json', import.meta.url)
const golden = GoldenSchema.parse(parseJson(readFileSync(file, 'utf8')))
const groups = Map.groupBy(golden, ([transform, type]) => `${transform} of ${type}`)

it.each([...groups])('%s gives what Spark gives', (_, cases) => {
  for (const [transformName, typeName, json, resultJson] of cases) {
    const [transform, type] = [parseTransform(transformName), parsePrimitiveType(typeName)]
    const result = transformFunction(transform, type)(valueFromJson(type, json))
    const resultType = transformResultType(transform, type)
    // Days are numbers there.
    const expected = resultType === 'date' ? resultJson : valueFromJson(resultType, resultJson)
    expect(result, String(json)).toEqual(expected)
  }
})
