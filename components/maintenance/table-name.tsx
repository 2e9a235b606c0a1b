import { namespaceText } from '#components/iceberg/table-path.ts'

/** A table with its namespace, so that tables of one name are told apart. */
export function TableName({ table }: { table: { namespace: string; name: string } }) {
  const namespace = namespaceText(table.namespace)
  return (
    <span className="truncate font-mono text-xs" title={`${namespace}.${table.name}`}>
      <span className="text-faint">{namespace}.</span>
      {table.name}
    </span>
  )
}
