import { z } from 'zod'

/** The parts of OpenAPI 3.1 that the API page draws. Unknown keys pass; a document of another shape is an error. */

export interface JsonSchema {
  $ref?: string | undefined
  type?: string | string[] | undefined
  format?: string | undefined
  description?: string | undefined
  enum?: unknown[] | undefined
  const?: unknown
  default?: unknown
  properties?: Record<string, JsonSchema> | undefined
  required?: string[] | undefined
  items?: JsonSchema | undefined
  additionalProperties?: JsonSchema | boolean | undefined
  anyOf?: JsonSchema[] | undefined
  oneOf?: JsonSchema[] | undefined
  allOf?: JsonSchema[] | undefined
}

const JsonSchemaSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    description: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    default: z.unknown().optional(),
    properties: z.record(z.string(), JsonSchemaSchema).optional(),
    required: z.array(z.string()).optional(),
    items: JsonSchemaSchema.optional(),
    additionalProperties: z.union([z.boolean(), JsonSchemaSchema]).optional(),
    anyOf: z.array(JsonSchemaSchema).optional(),
    oneOf: z.array(JsonSchemaSchema).optional(),
    allOf: z.array(JsonSchemaSchema).optional(),
  }),
)

const ContentSchema = z.record(z.string(), z.object({ schema: JsonSchemaSchema.optional() }))

const ParameterSchema = z.object({
  in: z.enum(['path', 'query', 'header', 'cookie']),
  name: z.string(),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: JsonSchemaSchema.optional(),
})
export type Parameter = z.infer<typeof ParameterSchema>

const OperationSchema = z.looseObject({
  operationId: z.string(),
  summary: z.string().optional(),
  description: z.string().optional(),
  tags: z.array(z.string()).optional(),
  'x-firn-role': z.string().optional(),
  parameters: z.array(ParameterSchema).optional(),
  requestBody: z.object({ content: ContentSchema }).optional(),
  responses: z.record(
    z.string(),
    z.object({ description: z.string().optional(), content: ContentSchema.optional() }),
  ),
})

export const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

export const OpenApiSchema = z.object({
  paths: z.record(z.string(), z.partialRecord(z.enum(methods), OperationSchema)),
  components: z.object({ schemas: z.record(z.string(), JsonSchemaSchema).optional() }).optional(),
})
export type OpenApi = z.infer<typeof OpenApiSchema>

/** One endpoint, flat. */
export interface Endpoint {
  id: string
  method: Method
  path: string
  summary: string
  /** Without the sentence about the role, which is shown apart. */
  description: string
  tag: string
  role: string
  parameters: Parameter[]
  body: JsonSchema | null
  status: string
  answer: JsonSchema | null
}

/** The endpoints of a document in the order of its paths. */
export function endpointsOf(document: OpenApi): Endpoint[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    methods.flatMap((method) => {
      const operation = operations[method]
      if (!operation) return []
      const [status = '200', success] =
        Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? []
      return [
        {
          id: operation.operationId,
          method,
          path,
          summary: operation.summary ?? '',
          description: (operation.description ?? '')
            .split('\n\n')
            .filter((part) => !/^(Needs the role|Open to everybody)/.test(part))
            .join('\n\n'),
          tag: operation.tags?.[0] ?? '',
          role: operation['x-firn-role'] ?? 'public',
          parameters: operation.parameters ?? [],
          body: operation.requestBody?.content['application/json']?.schema ?? null,
          status,
          answer: success?.content?.['application/json']?.schema ?? null,
        },
      ]
    }),
  )
}
