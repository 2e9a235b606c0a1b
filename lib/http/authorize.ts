import type { Actor } from '#lib/auth/actor.ts'
import { type Role, roleIncludes } from '#lib/auth/roles.ts'
import { AppError } from '#lib/errors.ts'
import { assertSameOrigin } from './same-origin.ts'

/**
 * Lets a caller in or not: sign-in, role, and for a change with a session cookie where it comes from.
 * @throws AppError `unauthenticated`, `forbidden`
 */
export function authorize(
  wanted: { role: Role | 'public'; audit?: string | false | undefined },
  actor: Actor | null,
  headers: Headers,
): void {
  if (wanted.role !== 'public') {
    if (!actor) {
      throw new AppError(
        'unauthenticated',
        'This needs sign-in: a session cookie or the header Authorization: Bearer firn_….',
        { userMessage: 'Please sign in first.' },
      )
    }
    if (!roleIncludes(actor.role, wanted.role)) {
      throw new AppError(
        'forbidden',
        `This needs the role ${wanted.role}; ${actor.name} has the role ${actor.role}. Ask an administrator.`,
      )
    }
  }
  if (actor?.type === 'user' && wanted.audit) assertSameOrigin(headers)
}
