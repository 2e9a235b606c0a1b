import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { serveRestCatalog } from './serve.ts'

const compress = promisify(gzip)

/** Smaller answers cost more time to compress than to send. */
const leastCompressedBytes = 32_000

const hasBody = (method: string): boolean => method !== 'GET' && method !== 'HEAD'

/** The caller's address is noted as a server in front would, unless there is one. */
function headersOf({ headersDistinct, socket }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  if (!headers.has('x-forwarded-for') && socket.remoteAddress) {
    headers.set('x-forwarded-for', socket.remoteAddress)
  }
  return headers
}

/**
 * Answers a request below `/iceberg` of Node's own HTTP server: engines load tables many times a second, and the way
 * through Next costs twice as much processor time as the answer.
 */
export async function answerNodeRequest(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const method = incoming.method ?? 'GET'
  const response = await serveRestCatalog(
    // Only the path counts: a Host header may hold anything.
    new Request(`http://localhost${incoming.url}`, {
      method,
      headers: headersOf(incoming),
      ...(hasBody(method) ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
    }),
  )
  response.headers.set('x-content-type-options', 'nosniff')
  const plain = response.body ? Buffer.from(await response.arrayBuffer()) : null
  const zipped =
    plain &&
    plain.length >= leastCompressedBytes &&
    /\bgzip\b/.test(String(incoming.headers['accept-encoding']))
  const body = zipped ? await compress(plain, { level: 1 }) : plain
  if (zipped) response.headers.set('content-encoding', 'gzip')
  if (body) {
    response.headers.set('content-length', String(body.length))
    response.headers.append('vary', 'accept-encoding')
  }
  outgoing.writeHead(response.status, [...response.headers].flat())
  outgoing.end(body)
}
