'use client'

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'

type Names = Readonly<Record<string, string>>
type SetNames = (change: (held: Names) => Names) => void

// Two contexts: a page that names its id must not be drawn again because a name has changed.
const NamesContext = createContext<Names>({})
const SetNamesContext = createContext<SetNames>(() => {})

/** Holds the names that pages give to ids in their address. */
export function CrumbProvider({ children }: { children: ReactNode }) {
  const [names, setNames] = useState<Names>({})
  return (
    <SetNamesContext value={setNames}>
      <NamesContext value={names}>{children}</NamesContext>
    </SetNamesContext>
  )
}

export const useCrumbNames = (): Names => useContext(NamesContext)

/** Shows `name` instead of an id in the breadcrumb: `useCrumb(run.id, run.title)`. */
export function useCrumb(segment: string, name: string | undefined): void {
  const setNames = useContext(SetNamesContext)
  useEffect(() => {
    if (name === undefined) return
    setNames((held) => (held[segment] === name ? held : { ...held, [segment]: name }))
  }, [segment, name, setNames])
}
