/** Roles from weakest to strongest; each may all that the ones before it may. */
export const roles = ['viewer', 'engineer', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who is signed in, as `GET /api/v1/me` tells it. */
export interface Me {
  type: 'user' | 'token'
  id: string
  name: string
  email: string | null
  role: Role
  language: 'ko' | 'en' | null
  hasPassword: boolean
}

/** True when `role` may do what `minimum` may. */
export const roleIncludes = (role: Role, minimum: Role): boolean =>
  roles.indexOf(role) >= roles.indexOf(minimum)
