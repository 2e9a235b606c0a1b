'use client'

import { useSyncExternalStore } from 'react'

const noChanges = () => () => {}

/** What the key of shortcuts is called on this machine: ⌘ on a Mac, Ctrl elsewhere (and while the server draws). */
export const useModifierKey = (): string =>
  useSyncExternalStore(
    noChanges,
    () => (/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl '),
    () => 'Ctrl ',
  )
