import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { serveRestCatalog } from '#lib/rest-catalog/serve.ts'

export interface RestCatalogServer {
  /** Base URI for clients, which add `/v1/…`. */
  url: string
  close(): Promise<void>
}

const hasBody = (method: string): boolean => method !== 'GET' && method !== 'HEAD'

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const method = incoming.method ?? 'GET'
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one)
  }
  const response = await serveRestCatalog(
    new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method,
      headers,
      ...(hasBody(method) ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
    }),
  )
  outgoing.writeHead(response.status, [...response.headers].flat())
  if (response.body) await pipeline(Readable.fromWeb(response.body as never), outgoing)
  else outgoing.end()
}

/** The Iceberg catalog's route behind a plain HTTP server of this process, without building the app. */
export async function startRestCatalogServer(port = 0): Promise<RestCatalogServer> {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://127.0.0.1:${bound}/iceberg`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
