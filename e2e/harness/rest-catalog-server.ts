import { once } from 'node:events'
import { createServer } from 'node:http'
import { answerNodeRequest } from '#lib/rest-catalog/answer-node-request.ts'

export interface RestCatalogServer {
  /** Base URI for clients, which add `/v1/…`. */
  url: string
  close(): Promise<void>
}

/** The Iceberg catalog behind a plain HTTP server of this process, without building the app. */
export async function startRestCatalogServer(port = 0): Promise<RestCatalogServer> {
  const server = createServer((incoming, outgoing) => {
    answerNodeRequest(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error))
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
