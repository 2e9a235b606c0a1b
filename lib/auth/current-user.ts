import 'server-only'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import type { Actor } from './actor.ts'
import { authenticate } from './authenticate.ts'
import { pagePathHeader } from './page-path.ts'
import { type Role, roleIncludes } from './roles.ts'

/** The person who looks at this page, or null; asked once a page. */
export const currentUser = cache(async (): Promise<Actor | null> => {
  const { actor } = await authenticate(new Headers({ cookie: (await headers()).get('cookie') ?? '' }))
  return actor
})

/** The person who looks at this page. Nobody: leads to sign-in and back. Too low a role: leads to a page that says so. */
export async function requireUser(role: Role = 'viewer'): Promise<Actor> {
  const user = await currentUser()
  if (!user) {
    const path = (await headers()).get(pagePathHeader)
    redirect(path && path !== '/' ? `/sign-in?next=${encodeURIComponent(path)}` : '/sign-in')
  }
  if (!roleIncludes(user.role, role)) redirect(`/not-allowed?role=${role}`)
  return user
}
