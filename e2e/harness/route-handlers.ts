import { glob } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RouteHandler } from '#lib/http/route.ts'

const app = path.join(import.meta.dirname, '../../app')

/** The handlers of all routes that have a contract, for tests that walk them. */
export async function loadRouteHandlers(): Promise<RouteHandler[]> {
  const handlers: RouteHandler[] = []
  for await (const file of glob('**/route.{ts,tsx}', { cwd: app })) {
    const module: Record<string, unknown> = await import(pathToFileURL(path.join(app, file)).href)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const handler = module[method] as RouteHandler | undefined
      if (handler?.contract) handlers.push(handler)
    }
  }
  return handlers
}
