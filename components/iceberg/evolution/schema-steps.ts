import type { PlacedFieldItem, SchemaStep } from '#lib/api/evolution.ts'

/** What can be done to a schema, in the order in which it is offered. */
export const schemaActions = [
  'add-column',
  'rename-column',
  'widen-column',
  'set-required',
  'move-column',
  'set-doc',
  'set-default',
  'drop-column',
] as const satisfies readonly SchemaStep['change'][]
export type SchemaAction = (typeof schemaActions)[number]

/** The highest precision a decimal can have. */
const maxPrecision = 38

/** Types a column can be widened to. */
export function widerTypes(type: string): string[] {
  if (type === 'int') return ['long']
  if (type === 'float') return ['double']
  const decimal = /^decimal\((\d+),\s*(\d+)\)$/.exec(type)
  if (!decimal) return []
  const [precision, scale] = [Number(decimal[1]), decimal[2]]
  return Array.from(
    { length: maxPrecision - precision },
    (_, index) => `decimal(${precision + index + 1}, ${scale})`,
  )
}

const isPart = ({ name }: PlacedFieldItem): boolean => /\.(element|key|value)$/.test(name)

/** Columns that an action can be done to. The library has the last word. */
export function columnsFor(action: SchemaAction, fields: readonly PlacedFieldItem[]): PlacedFieldItem[] {
  switch (action) {
    case 'widen-column':
      return fields.filter(({ type }) => widerTypes(type).length > 0)
    case 'set-required':
      return fields.filter(({ required, name }) => required && !name.endsWith('.key'))
    case 'rename-column':
    case 'move-column':
    case 'drop-column':
      return fields.filter((field) => !isPart(field))
    case 'set-default':
      return fields.filter(({ type }) => !type.includes('<'))
    default:
      return [...fields]
  }
}

/** Fields beside a field, which it can be moved to. */
export const siblingsOf = (fields: readonly PlacedFieldItem[], name: string): PlacedFieldItem[] => {
  const field = fields.find((one) => one.name === name)
  return fields.filter(({ parentId, id }) => parentId === (field?.parentId ?? null) && id !== field?.id)
}

/** Structs, which columns can be added to; of lists and maps of structs their elements and values. */
export const structsOf = (fields: readonly PlacedFieldItem[]): PlacedFieldItem[] =>
  fields.filter(({ type, name }) => type.startsWith('struct<') && !name.endsWith('.key'))

/** The form's values, as they are typed. */
export interface StepDraft {
  action: SchemaAction
  column: string
  name: string
  type: string
  parent: string
  doc: string
  value: string
  required: boolean
  position: string
}

export const emptyDraft = (action: SchemaAction, column = ''): StepDraft => ({
  action,
  column,
  name: '',
  type: action === 'add-column' ? 'string' : '',
  parent: '',
  doc: '',
  value: '',
  required: false,
  position: '',
})

/** The step that a filled form makes; null while something is missing. */
export function stepOf(draft: StepDraft): SchemaStep | null {
  const { action, column, position } = draft
  const name = draft.name.trim()
  const doc = draft.doc.trim()
  if (action === 'add-column') {
    if (name === '' || draft.type.trim() === '') return null
    return {
      change: action,
      name,
      type: draft.type.trim(),
      ...(draft.parent === '' ? {} : { parent: draft.parent }),
      ...(doc === '' ? {} : { doc }),
      ...(draft.value === '' ? {} : { default: draft.value }),
      ...(draft.required ? { required: true } : {}),
    }
  }
  if (column === '') return null
  switch (action) {
    case 'drop-column':
      return { change: action, column }
    case 'rename-column':
      return name === '' ? null : { change: action, column, name }
    case 'widen-column':
      return draft.type === '' ? null : { change: action, column, type: draft.type }
    case 'set-required':
      return { change: action, column, required: false }
    case 'move-column':
      if (position === '') return null
      return {
        change: action,
        column,
        position: position === 'first' ? 'first' : { after: position.slice('after:'.length) },
      }
    case 'set-doc':
      return { change: action, column, doc: doc === '' ? null : doc }
    case 'set-default':
      return { change: action, column, value: draft.value === '' ? null : draft.value }
  }
}
