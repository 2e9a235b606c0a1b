import { messageOf } from '../../../errors.ts'

export interface ExchangeRequest {
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  headers: Record<string, string>
  body?: string
  timeoutMs: number
}

export interface Exchange {
  status: number
  headers: Headers
  text: string
}

/** A request that brought no whole answer. `delivered` false: it is certain that the server never saw it. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure'
  readonly delivered: boolean

  constructor(message: string, options: { delivered: boolean; cause: unknown }) {
    super(message, { cause: options.cause })
    this.delivered = options.delivered
  }
}

/** Metadata of the largest tables has tens of megabytes; beyond this an answer is not taken. */
const largestAnswer = 256 * 2 ** 20

/** Failures of setting up a connection: nothing of the request was sent. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

const codeOf = (error: unknown): string | undefined => (error as { code?: string } | undefined)?.code

/**
 * One request and its whole answer, whatever its status.
 * @throws ExchangeFailure when the connection failed, the time was up or the answer broke off
 */
export async function exchange(request: ExchangeRequest): Promise<Exchange> {
  const { method, url, headers, body, timeoutMs } = request
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body ?? null,
      // A redirect could carry the credential to another server: the administrator names the right address instead.
      redirect: 'manual',
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.status, headers: response.headers, text: await readBounded(response) }
  } catch (error) {
    const cause = (error as { cause?: unknown }).cause
    const code = codeOf(cause) ?? codeOf(error)
    const reason =
      (error as Error).name === 'TimeoutError'
        ? `no answer within ${timeoutMs} ms`
        : [code, messageOf(cause ?? error)].filter(Boolean).join(': ')
    throw new ExchangeFailure(reason, { delivered: !beforeSending.has(code ?? ''), cause: error })
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > largestAnswer) throw new Error(`the answer is larger than ${largestAnswer} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
