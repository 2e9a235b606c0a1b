import type { Schema } from '../spec/schema.ts'
import { innerFields } from '../spec/schema-tree.ts'
import type { NestedField } from '../spec/types.ts'

/** A field at any depth: `name` is its full name, `parentId` null for the table's own columns. */
export interface PlacedField {
  name: string
  parentId: number | null
  field: NestedField
}

/** All fields of a schema in order, each before what is inside it. */
export function placedFields(
  fields: readonly NestedField[],
  parent: { id: number; name: string } | null = null,
): PlacedField[] {
  return fields.flatMap((field) => {
    const name = parent ? `${parent.name}.${field.name}` : field.name
    const placed = { name, parentId: parent?.id ?? null, field }
    return [placed, ...placedFields(innerFields(field.type), { id: field.id, name })]
  })
}

export type FieldChangeKind =
  | 'renamed'
  | 'type'
  | 'optional'
  | 'required'
  | 'moved'
  | 'doc'
  | 'default'
  | 'identifier'

/** What became of one field id. */
export interface FieldDifference {
  fieldId: number
  change: 'added' | 'dropped' | 'changed'
  /** In no order of importance; empty for what was added or dropped. */
  kinds: FieldChangeKind[]
  before: PlacedField | null
  after: PlacedField | null
}

/** A field's own type; what is inside has ids of its own. */
const ownType = ({ type }: NestedField): string => (typeof type === 'string' ? type : type.type)

const sameValue = (left: unknown, right: unknown): boolean =>
  JSON.stringify(left, bigintText) === JSON.stringify(right, bigintText)
const bigintText = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)

/** The longest run of positions that only rise: those fields stayed, the others were moved around them. */
function unmoved(positions: readonly number[]): Set<number> {
  const best: { length: number; previous: number }[] = []
  let last = -1
  for (let index = 0; index < positions.length; index += 1) {
    let [length, previous] = [1, -1]
    for (let before = 0; before < index; before += 1) {
      const candidate = (best[before]?.length ?? 0) + 1
      if ((positions[before] ?? 0) < (positions[index] ?? 0) && candidate > length)
        [length, previous] = [candidate, before]
    }
    best.push({ length, previous })
    if (last < 0 || length > (best[last]?.length ?? 0)) last = index
  }
  const kept = new Set<number>()
  for (; last >= 0; last = best[last]?.previous ?? -1) kept.add(last)
  return kept
}

/** Ids of fields that have another place among the siblings they had before. */
function movedIds(before: readonly PlacedField[], after: readonly PlacedField[]): Set<number> {
  const moved = new Set<number>()
  const parents = Map.groupBy(after, ({ parentId }) => parentId)
  for (const [parentId, siblings] of parents) {
    const places = new Map(
      before.filter((one) => one.parentId === parentId).map((one, index) => [one.field.id, index]),
    )
    const common = siblings.filter(({ field }) => places.has(field.id))
    const kept = unmoved(common.map(({ field }) => places.get(field.id) ?? 0))
    common.forEach(({ field }, index) => {
      if (!kept.has(index)) moved.add(field.id)
    })
  }
  return moved
}

/** What is different between two schemas of a table, by field id: dropped fields first, then in the order of `after`. */
export function compareSchemas(before: Schema, after: Schema): FieldDifference[] {
  const [old, now] = [placedFields(before.fields), placedFields(after.fields)]
  const [oldById, nowById] = [old, now].map((list) => new Map(list.map((one) => [one.field.id, one])))
  const moved = movedIds(old, now)
  const [wasIdentifier, isIdentifier] = [before, after].map((one) => new Set(one.identifierFieldIds))
  const dropped = old
    .filter(({ field }) => !nowById?.has(field.id))
    .map(
      (one): FieldDifference => ({
        fieldId: one.field.id,
        change: 'dropped',
        kinds: [],
        before: one,
        after: null,
      }),
    )
  const rest = now.flatMap((one): FieldDifference[] => {
    const { field } = one
    const was = oldById?.get(field.id)
    if (!was) return [{ fieldId: field.id, change: 'added', kinds: [], before: null, after: one }]
    const kinds: FieldChangeKind[] = []
    if (was.field.name !== field.name) kinds.push('renamed')
    if (ownType(was.field) !== ownType(field)) kinds.push('type')
    if (was.field.required !== field.required) kinds.push(field.required ? 'required' : 'optional')
    if (moved.has(field.id)) kinds.push('moved')
    if (was.field.doc !== field.doc) kinds.push('doc')
    if (
      !sameValue(was.field.writeDefault, field.writeDefault) ||
      !sameValue(was.field.initialDefault, field.initialDefault)
    )
      kinds.push('default')
    if (wasIdentifier?.has(field.id) !== isIdentifier?.has(field.id)) kinds.push('identifier')
    return kinds.length > 0 ? [{ fieldId: field.id, change: 'changed', kinds, before: was, after: one }] : []
  })
  return [...dropped, ...rest]
}
