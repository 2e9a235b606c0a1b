import { z } from 'zod'

/** Who may do what: an admin may all that an engineer may, an engineer all that a viewer may. */
export const RoleSchema = z.enum(['viewer', 'engineer', 'admin']).meta({
  id: 'Role',
  description:
    'viewer reads; engineer also changes sources, pipelines and tables; admin also manages people.',
})
export type Role = z.infer<typeof RoleSchema>

const rank: Record<Role, number> = { viewer: 0, engineer: 1, admin: 2 }

/** True when `role` is `minimum` or above it. */
export const roleIncludes = (role: Role, minimum: Role): boolean => rank[role] >= rank[minimum]

/** The lower of two roles. */
export const lowerRole = (one: Role, other: Role): Role => (rank[one] <= rank[other] ? one : other)
