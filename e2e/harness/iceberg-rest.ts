import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { askServer } from './ask-server.ts'

export interface TestIcebergRest {
  /** Base address of Iceberg's own REST catalog. Its namespaces are shared by all test files: give yours names of their own. */
  uri: string
  /** `file://` location of its warehouse. */
  warehouse: string
}

/** The run's REST catalog of another make, started when the first file asks. */
export const useIcebergRest = (): Promise<TestIcebergRest> => askServer('iceberg-rest')

/**
 * What a proxy does to one request: `pass`, `drop-request` (the server never sees it), `drop-answer` (the server did it and
 * nobody hears of it), or an answer of its own; with `after` the server did it before.
 */
export type Interference =
  | 'pass'
  | 'drop-request'
  | 'drop-answer'
  | { status: number; body?: unknown; after?: boolean }

const forwardedHeaders = ['content-type', 'authorization', 'idempotency-key', 'x-iceberg-access-delegation']

const forwarded = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    forwardedHeaders.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])),
  )

/** A proxy before a server that a test can make fail. `interfere` is asked for each request. */
export async function startFlakyProxy(
  target: string,
  interfere: (request: {
    method: string
    path: string
    headers: IncomingMessage['headers']
    body: string
  }) => Interference,
) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { method = 'GET', url = '/', headers } = request
    const action = interfere({ method, path: url, headers, body: body.toString('utf8') })
    const answerOwn = ({ status, body: own = {} }: { status: number; body?: unknown }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(own))
    if (typeof action === 'object' && !action.after) {
      answerOwn(action)
      return
    }
    if (action === 'drop-request') {
      request.socket.destroy()
      return
    }
    const answer = await fetch(`${target}${url}`, {
      method,
      body: method === 'GET' ? null : body,
      headers: forwarded(headers),
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (typeof action === 'object') {
      answerOwn(action)
      return
    }
    if (action === 'drop-answer') {
      request.socket.destroy()
      return
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
