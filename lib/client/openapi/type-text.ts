import type { JsonSchema } from './document.ts'

type Schemas = Readonly<Record<string, JsonSchema>>

/** Deeper than this an inner shape is shown by its name only. */
const deepest = 4

const nameOfRef = (ref: string): string => ref.split('/').at(-1) ?? ref

/** A schema as a TypeScript-like type, with named schemas written out once and descriptions as comments. */
export function typeText(schema: JsonSchema, schemas: Schemas): string {
  const write = (each: JsonSchema, indent: string, open: readonly string[]): string => {
    if (each.$ref) {
      const name = nameOfRef(each.$ref)
      const target = schemas[name]
      if (!target || open.includes(name) || open.length >= deepest) return name
      return write(target, indent, [...open, name])
    }
    if (each.const !== undefined) return JSON.stringify(each.const)
    if (each.enum) return each.enum.map((value) => JSON.stringify(value)).join(' | ')
    const alternatives = each.anyOf ?? each.oneOf
    if (alternatives) {
      return [...new Set(alternatives.map((inner) => write(inner, indent, open)))].join(' | ')
    }
    if (each.allOf) return each.allOf.map((inner) => write(inner, indent, open)).join(' & ')
    if (Array.isArray(each.type)) {
      return each.type.map((type) => write({ ...each, type }, indent, open)).join(' | ')
    }
    if (each.type === 'array' || each.items) {
      const item = write(each.items ?? {}, indent, open)
      return /[|&]/.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`
    }
    if (each.properties) return writeObject(each, indent, open)
    if (each.type === 'object') {
      const values = typeof each.additionalProperties === 'object' ? each.additionalProperties : {}
      return `{ [name: string]: ${write(values, indent, open)} }`
    }
    if (each.type === 'integer') return 'integer'
    if (each.format) return `${each.type ?? 'string'} (${each.format})`
    return each.type ?? 'any'
  }

  const writeObject = (each: JsonSchema, indent: string, open: readonly string[]): string => {
    const inner = `${indent}  `
    const lines = Object.entries(each.properties ?? {}).map(([name, property]) => {
      const mark = each.required?.includes(name) ? '' : '?'
      const note = property.description ? `  // ${property.description.replaceAll('\n', ' ')}` : ''
      return `${inner}${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)}${mark}: ${write(property, inner, open)}${note}`
    })
    return lines.length > 0 ? `{\n${lines.join('\n')}\n${indent}}` : '{}'
  }

  return write(schema, '', [])
}
