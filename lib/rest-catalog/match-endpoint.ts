import { AppError } from '#lib/errors.ts'
import type { Endpoint } from './endpoint.ts'

/** Where the catalog lies below the server's address; clients add `/v1/…`. */
export const catalogRoot = '/iceberg'

export interface EndpointMatch {
  endpoint: Endpoint
  /** Decoded path parameters. */
  params: Record<string, string>
}

/** Java's clients send a blank as `+`, others as `%20`; a plus sign itself is `%2B` with all of them. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment.replaceAll('+', ' '))
  } catch {
    throw new AppError(
      'bad-input',
      `The address has a broken percent-encoding in ${JSON.stringify(segment)}.`,
    )
  }
}

function paramsOf(path: string, segments: readonly string[]): Record<string, string> | null {
  const template = path.split('/')
  if (template.length !== segments.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? ''
    if (part.startsWith('{')) {
      if (segment === '') return null
      params[part.slice(1, -1)] = segment
    } else if (part !== segment) {
      return null
    }
  }
  for (const [name, segment] of Object.entries(params)) params[name] = decodeSegment(segment)
  return params
}

/**
 * The endpoint that a method and a pathname mean. The pathname is the raw one: decoding it as a whole would turn an
 * encoded slash inside a name into a border between names.
 * @returns `allowed` alone when the path is served with other methods
 */
export function matchEndpoint(
  endpoints: readonly Endpoint[],
  method: string,
  pathname: string,
): EndpointMatch | { allowed: string[] } {
  const segments = pathname.slice(catalogRoot.length).split('/')
  const allowed: string[] = []
  for (const endpoint of endpoints) {
    const params = paramsOf(endpoint.path, segments)
    if (!params) continue
    if (endpoint.method === method) return { endpoint, params }
    allowed.push(endpoint.method)
  }
  return { allowed }
}
