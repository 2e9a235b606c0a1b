'use client'

import { useCallback, useState } from 'react'

/** Which catalogs and namespaces of the tree are open, by `branchKey`. */
export interface OpenBranches {
  /** `otherwise`: of one that nobody opened or closed and that does not lead to the page. */
  isOpen: (key: string, otherwise?: boolean) => boolean
  set: (key: string, open: boolean) => void
}

export const branchKey = (catalog: string, levels: readonly string[] = []): string =>
  JSON.stringify([catalog, ...levels])

/** Branches that lead to the page are open; what a person opened or closed stays so. */
export function useOpenBranches(at: { catalog: string; levels: readonly string[] } | null): OpenBranches {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map())
  const onTheWay = at
    ? [[], ...at.levels.map((_, index) => at.levels.slice(0, index + 1))].map((levels) =>
        branchKey(at.catalog, levels),
      )
    : []
  const set = useCallback(
    (key: string, open: boolean) => setChosen((before) => new Map(before).set(key, open)),
    [],
  )
  return {
    isOpen: (key, otherwise = false) => chosen.get(key) ?? (onTheWay.includes(key) || otherwise),
    set,
  }
}
