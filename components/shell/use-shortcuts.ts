'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { navigation } from './navigation.ts'

/** True while the person types: single keys then belong to the text. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null)

const targets = new Map(
  navigation.flatMap(({ entries }) =>
    entries.flatMap(({ shortcut, href }) => (shortcut ? [[shortcut, href] as const] : [])),
  ),
)

/** How long `g` waits for the second key. */
const sequenceMs = 1_200

/** ⌘K, `?`, `/` and `g` + letter, everywhere. */
export function useShortcuts({ openPalette, openHelp }: { openPalette: () => void; openHelp: () => void }) {
  const router = useRouter()
  const actions = useRef({ openPalette, openHelp })
  actions.current = { openPalette, openHelp }
  useEffect(() => {
    let goAt = Number.NEGATIVE_INFINITY
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        actions.current.openPalette()
        return
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      if (event.key === '?') {
        event.preventDefault()
        actions.current.openHelp()
      } else if (event.key === '/') {
        const filter = document.querySelector<HTMLElement>('[data-filter-box]')
        event.preventDefault()
        if (filter) filter.focus()
        else actions.current.openPalette()
      } else if (event.key === 'g') {
        goAt = event.timeStamp
      } else if (event.timeStamp - goAt < sequenceMs) {
        goAt = Number.NEGATIVE_INFINITY
        const href = targets.get(event.key)
        if (href) {
          event.preventDefault()
          router.push(href)
        }
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [router])
}
