import type { Endpoint, JsonSchema } from './document.ts'

type Schemas = Readonly<Record<string, JsonSchema>>

/** A value that fits a schema well enough to show what goes where. */
function sample(schema: JsonSchema, schemas: Schemas, depth = 0): unknown {
  if (schema.$ref) {
    const target = schemas[schema.$ref.split('/').at(-1) ?? '']
    return target && depth < 4 ? sample(target, schemas, depth + 1) : {}
  }
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const alternative = (schema.anyOf ?? schema.oneOf ?? schema.allOf)?.[0]
  if (alternative) return sample(alternative, schemas, depth)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (schema.properties) {
    const required = Object.entries(schema.properties).filter(([name]) => schema.required?.includes(name))
    const shown = required.length > 0 ? required : Object.entries(schema.properties).slice(0, 1)
    return Object.fromEntries(shown.map(([name, inner]) => [name, sample(inner, schemas, depth + 1)]))
  }
  if (type === 'array') return [sample(schema.items ?? {}, schemas, depth + 1)]
  if (type === 'integer' || type === 'number') return 1
  if (type === 'boolean') return true
  if (type === 'object') return {}
  if (schema.format === 'email') return 'name@company.com'
  if (schema.format === 'uuid') return '00000000-0000-0000-0000-000000000000'
  return '…'
}

/** How to call an endpoint from a shell, with the required parameters as names in capitals. */
export function curlExample(endpoint: Endpoint, origin: string, schemas: Schemas): string {
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase())
  const query = endpoint.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name }) => `${name}=${name.toUpperCase()}`)
    .join('&')
  const lines = [
    `curl ${endpoint.method === 'get' ? '' : `-X ${endpoint.method.toUpperCase()} `}'${origin}${path}${query ? `?${query}` : ''}'`,
    ...(endpoint.role === 'public' ? [] : [`  -H "Authorization: Bearer $FIRN_TOKEN"`]),
    ...(endpoint.body
      ? [
          `  -H 'Content-Type: application/json'`,
          `  -d '${JSON.stringify(sample(endpoint.body, schemas)).replaceAll("'", `'\\''`)}'`,
        ]
      : []),
  ]
  return lines.join(' \\\n')
}
