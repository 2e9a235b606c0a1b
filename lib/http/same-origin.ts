import { trustedOrigins } from '#lib/auth/trusted-origins.ts'
import { AppError } from '#lib/errors.ts'

/**
 * Cross-site request forgery: a browser sends the cookie along with a foreign page's request, but it can't lie about
 * where the request came from.
 * @throws AppError `forbidden` when a change with a session cookie does not come from Firn's own pages
 */
export function assertSameOrigin(headers: Headers): void {
  const site = headers.get('sec-fetch-site')
  if (site === 'same-origin') return
  const origin = headers.get('origin')
  if (origin && (site === null || site === 'none') && trustedOrigins().includes(origin)) return
  throw new AppError(
    'forbidden',
    `A change with a session cookie must come from Firn's own pages (${trustedOrigins()[0]}); found ${origin ? `the origin ${origin}` : 'no Origin header'}. Programs use an API token: Authorization: Bearer firn_….`,
  )
}
