import type { IcebergType } from '#lib/iceberg/spec/types.ts'

/** A type as people write it: `long`, `struct<name: string, url: string>`, `list<int>`, `map<string, long>`. */
export function typeText(type: IcebergType): string {
  if (typeof type === 'string') return type
  if (type.type === 'list') return `list<${typeText(type.element)}>`
  if (type.type === 'map') return `map<${typeText(type.key)}, ${typeText(type.value)}>`
  return `struct<${type.fields.map((field) => `${field.name}: ${typeText(field.type)}`).join(', ')}>`
}
