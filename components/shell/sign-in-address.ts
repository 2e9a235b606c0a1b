/** The sign-in page that leads back to `path` afterwards. */
export const signInAddress = (path: string): string =>
  path === '/' || path === '' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`

/** Where to go after signing in: a path of our own, nothing that leads to another host. */
export const safeNext = (next: string | null | undefined): string =>
  next && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/'
