import type { NewTable } from '#lib/api/catalog-changes.ts'
import { AppError } from '#lib/errors.ts'
import { partitionFieldName } from '#lib/iceberg/actions/update-partition-spec.ts'
import type { CreateTableRequest } from '#lib/iceberg/catalog/catalog.ts'
import { findFieldByName, type Schema } from '#lib/iceberg/spec/schema.ts'
import { parseTransform } from '#lib/iceberg/spec/transform.ts'
import { parseTypeText } from './parse-type.ts'

/** A table as people describe it, as the catalog's request. @throws AppError `bad-input` for a partition of no column */
export function newTableRequest(table: NewTable): CreateTableRequest {
  let lastId = 0
  const nextId = () => {
    lastId += 1
    return lastId
  }
  const schema: Schema = {
    schemaId: 0,
    fields: table.columns.map(({ name, type, required, doc }) => ({
      id: nextId(),
      name,
      required,
      type: parseTypeText(type, nextId),
      ...(doc ? { doc } : {}),
    })),
  }
  const fields = table.partitionBy.map(({ column, transform: text, name }) => {
    const source = findFieldByName(schema, column)
    if (!source) throw new AppError('bad-input', `There is no column "${column}" to partition by.`)
    const transform = parseTransform(text)
    return { sourceId: source.id, transform, name: name ?? partitionFieldName(column, transform) }
  })
  return {
    schema,
    partitionSpec: { fields },
    properties: { ...table.properties, 'format-version': String(table.formatVersion) },
  }
}
