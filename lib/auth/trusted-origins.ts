import { env } from '#lib/env.ts'

/** Origins whose pages may send changes with a session cookie: PUBLIC_URL, and this machine's names on the same port. */
export function trustedOrigins(): string[] {
  const { protocol, port, origin } = new URL(env().PUBLIC_URL)
  const suffix = port ? `:${port}` : ''
  const here = ['localhost', '127.0.0.1', '[::1]'].map((host) => `${protocol}//${host}${suffix}`)
  return [...new Set([origin, ...here])]
}
