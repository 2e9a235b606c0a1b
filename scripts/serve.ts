/**
 * `npm start`: the built app on one port. Next answers everything but the Iceberg REST protocol, which is answered before it
 * (lib/rest-catalog). `--port` (3000) and `--hostname` (all addresses).
 */
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import next from 'next'
import { messageOf } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { answerNodeRequest } from '#lib/rest-catalog/answer-node-request.ts'
import { catalogRoot } from '#lib/rest-catalog/match-endpoint.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', short: 'p', default: process.env.PORT || '3000' },
    hostname: { type: 'string', short: 'H' },
  },
})
const { hostname } = values
const port = Number(values.port)

// Next would read `.env` by rules of its own, which turn pa$word into something else than workers and setup see; it does not
// where it is told that this was done.
process.env.__NEXT_PROCESSED_ENV = 'true'
const app = next({ dev: false, port, ...(hostname ? { hostname } : {}) })
await app.prepare()
const page = app.getRequestHandler()
const server = createServer((incoming, outgoing) => {
  const answered = incoming.url?.startsWith(`${catalogRoot}/`)
    ? answerNodeRequest(incoming, outgoing)
    : page(incoming, outgoing)
  answered.catch((error: unknown) => {
    logger().error({ error }, 'request without an answer')
    outgoing.destroy()
  })
})

/** Requests that are being answered are answered first; those that take too long are cut off. */
const patienceMs = 10_000
let stopping = false
function stop(): void {
  if (stopping) process.exit(1)
  stopping = true
  server.close(() => process.exit(0))
  server.closeIdleConnections()
  setTimeout(() => process.exit(0), patienceMs).unref()
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)

server.on('error', (error) => {
  console.error(`The app could not listen on port ${port}: ${messageOf(error)}`)
  process.exit(1)
})
server.listen({ port, ...(hostname ? { host: hostname } : {}) }, () => {
  console.log(`listening on http://${hostname ?? 'localhost'}:${port}`)
})
