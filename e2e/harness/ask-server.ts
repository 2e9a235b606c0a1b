import { inject } from 'vitest'
import type { ServerAddresses, ServerName } from './servers.ts'

/**
 * The address of one of the run's servers, started when nobody asked before. Only in `*.integration.test.ts` files.
 * @throws Error with the starter's message, which says what to install.
 */
export async function askServer<Name extends ServerName>(name: Name): Promise<ServerAddresses[Name]> {
  const { url } = inject('harness')
  const response = await fetch(`${url}/${name}`, { signal: AbortSignal.timeout(600_000) })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as ServerAddresses[Name]
}
