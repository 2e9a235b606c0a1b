import type { Role } from './roles.ts'

/** Who makes a request: a signed-in person or a program with an API token. */
export interface Actor {
  type: 'user' | 'token'
  /** the user's or the token's id */
  id: string
  name: string
  /** what the request may do; a token never exceeds the role of the person who made it */
  role: Role
  /** the person behind the request; null for a token made by a script */
  userId: string | null
  email: string | null
  /** the language the person chose; null follows the browser */
  language: string | null
}
