import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  method: string
  /** Path and query as they came, still percent-encoded. */
  url: string
  headers: IncomingMessage['headers']
  body: string
}

/** What a test's server answers; `drop` breaks the connection instead. */
export type StubAnswer = { status?: number; headers?: Record<string, string>; body?: unknown } | 'drop'

/** A server of a test that answers what `answer` says and remembers what it was asked. */
export async function startStubServer(
  answer: (request: SeenRequest, seen: readonly SeenRequest[]) => StubAnswer | Promise<StubAnswer>,
) {
  const seen: SeenRequest[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const one = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    }
    seen.push(one)
    const given = await answer(one, seen)
    if (given === 'drop') {
      request.socket.destroy()
      return
    }
    const { status = 200, headers = {}, body } = given
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
