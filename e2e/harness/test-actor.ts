import type { Actor } from '#lib/auth/actor.ts'

/** Somebody with a role, for functions that are called without a request. */
export const testActor = (role: Actor['role'] = 'admin', id: string = role): Actor => ({
  type: 'user',
  id,
  name: id,
  role,
  userId: id,
  email: null,
  language: null,
})
