'use client'

import { createContext, useContext } from 'react'
import { type Me, type Role, roleIncludes } from './me.ts'

/** Filled by the shell before any page is drawn. */
export const MeContext = createContext<Me | null>(null)

/** Who is signed in; null only on the sign-in pages. */
export const useMe = (): Me | null => useContext(MeContext)

/** Whether the person may do what `minimum` may. The API decides in the end; this only hides what would be refused. */
export function useCan(minimum: Role): boolean {
  const me = useMe()
  return me !== null && roleIncludes(me.role, minimum)
}
