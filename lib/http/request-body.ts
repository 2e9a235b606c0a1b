import { AppError, messageOf } from '#lib/errors.ts'
import { parseJson } from '#lib/json.ts'

/** More than any form needs, little enough that a stray upload can't fill memory. */
const maxBodyBytes = 1_000_000

/**
 * Reads a JSON body of at most `maxBytes` (1 MB); integers beyond 2^53 come back as bigint. An empty body is `undefined`.
 * @throws AppError `unsupported-media-type`, `too-large`, `bad-input`
 */
export async function readJsonBody(request: Request, maxBytes: number = maxBodyBytes): Promise<unknown> {
  const bytes = await readLimited(request, maxBytes)
  if (bytes.length === 0) return undefined
  const type = request.headers.get('content-type')
  if (!type || !/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type)) {
    throw new AppError(
      'unsupported-media-type',
      `The body must be JSON: expected the header Content-Type: application/json, found ${type ?? 'none'}.`,
    )
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // Postgres keeps no NUL in text; refused here, it is the caller's mistake and not ours.
    if (text.includes('\\u0000')) throw new Error('it contains a NUL character (\\u0000)')
    const value = parseJson(text)
    if (surrogateEscape.test(text)) assertWholeCharacters(value)
    return value
  } catch (error) {
    throw new AppError('bad-input', `The body can't be read as JSON in UTF-8: ${messageOf(error)}.`, {
      cause: error,
    })
  }
}

/**
 * Reads a form (`application/x-www-form-urlencoded`) of at most `maxBytes`.
 * @throws AppError `unsupported-media-type`, `too-large`
 */
export async function readFormBody(request: Request, maxBytes: number): Promise<URLSearchParams> {
  const type = request.headers.get('content-type')
  if (!type || !/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw new AppError(
      'unsupported-media-type',
      `The body must be a form: expected the header Content-Type: application/x-www-form-urlencoded, found ${type ?? 'none'}.`,
    )
  }
  return new URLSearchParams(new TextDecoder().decode(await readLimited(request, maxBytes)))
}

const surrogateEscape = /\\u[dD][89a-fA-F]/

/** Half of a surrogate pair is no character, and Postgres keeps none either. */
function assertWholeCharacters(value: unknown): void {
  const left = [value]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === 'string' && !next.isWellFormed()) {
      throw new Error('it contains half a character (\\ud800 to \\udfff without its other half)')
    }
    if (typeof next !== 'object' || next === null) continue
    for (const entry of Object.entries(next)) for (const part of entry) left.push(part)
  }
}

async function readLimited(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

const tooLarge = (maxBytes: number) =>
  new AppError('too-large', `The body is larger than ${maxBytes} bytes. Send less at once.`)
