import type { z } from 'zod'
import type { Role } from '#lib/auth/roles.ts'

export type ReadMethod = 'GET'
export type ChangeMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Method = ReadMethod | ChangeMethod

interface ContractParts<P, Q, B, R, Minimum> {
  /** The address with its parameters in braces, as OpenAPI writes it: `/api/v1/users/{id}`. */
  path: `/${string}`
  /** The least role that may call it; `public` asks for no sign-in. */
  role: Minimum
  /** One line for the API page. */
  summary: string
  description?: string
  tags: readonly string[]
  params?: P
  query?: Q
  body?: B
  /** The answer as it is on the wire: 64-bit integers and times are strings. */
  response: R
  /** Status of a success; 200 unless told. With 204 the handler returns nothing. */
  status?: 200 | 201 | 202 | 204
  /** Other media types that the handler may answer with (as a `Response`), such as `text/csv`. */
  alsoProduces?: readonly string[]
}

/** A read changes nothing and leaves no audit row; a change names its audit action (`source.create`). */
type ContractEffect =
  | { method: ReadMethod; audit?: undefined }
  | { method: ChangeMethod; audit: `${string}.${string}` }

/** What a route promises: address, who may call it, what goes in and out. Routes, OpenAPI and tests read the same one. */
export type Contract<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
  Minimum extends Role | 'public' = Role | 'public',
> = ContractParts<P, Q, B, R, Minimum> & ContractEffect

/** Declares a route's contract with its types kept. */
export function contract<
  R extends z.ZodType,
  Minimum extends Role | 'public',
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(parts: Contract<P, Q, B, R, Minimum>): Contract<P, Q, B, R, Minimum> {
  return parts
}
