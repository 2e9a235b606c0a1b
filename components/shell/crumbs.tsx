'use client'

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'

interface Crumbs {
  names: Readonly<Record<string, string>>
  setName: (segment: string, name: string) => void
}

const CrumbContext = createContext<Crumbs>({ names: {}, setName: () => {} })

/** Holds the names that pages give to ids in their address. */
export function CrumbProvider({ children }: { children: ReactNode }) {
  const [names, setNames] = useState<Record<string, string>>({})
  const value = useMemo<Crumbs>(
    () => ({
      names,
      setName: (segment, name) =>
        setNames((held) => (held[segment] === name ? held : { ...held, [segment]: name })),
    }),
    [names],
  )
  return <CrumbContext value={value}>{children}</CrumbContext>
}

export const useCrumbNames = () => useContext(CrumbContext).names

/** Shows `name` instead of an id in the breadcrumb: `useCrumb(run.id, run.title)`. */
export function useCrumb(segment: string, name: string | undefined): void {
  const { setName } = useContext(CrumbContext)
  useEffect(() => {
    if (name !== undefined) setName(segment, name)
  }, [segment, name, setName])
}
