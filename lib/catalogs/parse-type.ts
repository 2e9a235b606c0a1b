import { SpecError } from '#lib/iceberg/spec/spec-error.ts'
import { type IcebergType, type NestedField, parsePrimitiveType } from '#lib/iceberg/spec/types.ts'

/**
 * Reads a type as `typeText` writes it: `long`, `decimal(9, 2)`, `list<int>`, `map<string, long>`,
 * `struct<name: string, url: string>`. What is nested may be null, but for the keys of a map.
 * @param nextId gives ids to what is inside; whoever makes the table numbers them anew
 * @throws SpecError that names what was expected and what was found
 */
export function parseTypeText(text: string, nextId: () => number): IcebergType {
  const type = text.trim()
  const match = /^(list|map|struct)\s*<(.*)>$/is.exec(type)
  if (!match) return parsePrimitiveType(type.toLowerCase())
  const [, kind = '', inside = ''] = match
  const parts = splitOutside(inside)
  switch (kind.toLowerCase()) {
    case 'list': {
      const [element, ...others] = parts
      if (element === undefined || others.length > 0) throw wrong(type, 'list<element>')
      const elementId = nextId()
      return { type: 'list', elementId, element: parseTypeText(element, nextId), elementRequired: false }
    }
    case 'map': {
      const [key, value, ...others] = parts
      if (key === undefined || value === undefined || others.length > 0) throw wrong(type, 'map<key, value>')
      const [keyId, valueId] = [nextId(), nextId()]
      return {
        type: 'map',
        keyId,
        key: parseTypeText(key, nextId),
        valueId,
        value: parseTypeText(value, nextId),
        valueRequired: false,
      }
    }
    default:
      return { type: 'struct', fields: parts.map((part) => structField(part, nextId)) }
  }
}

function structField(text: string, nextId: () => number): NestedField {
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(colon, 0)).trim()
  if (name === '') throw wrong(text, 'name: type')
  return { id: nextId(), name, required: false, type: parseTypeText(text.slice(colon + 1), nextId) }
}

const wrong = (found: string, expected: string): SpecError =>
  new SpecError(`"${found.trim()}" is not a type that can be read here: expected ${expected}.`)

/** Cuts at commas that are in no brackets. */
function splitOutside(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? ''
    if ('<(['.includes(letter)) depth += 1
    if ('>)]'.includes(letter)) depth -= 1
    if (letter === ',' && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return parts.map((part) => part.trim())
}
