'use client'

import { type RefObject, useEffect, useRef, useState } from 'react'

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null)

/**
 * `j` and `k` move through the rows, enter opens. Keys go to the list that holds the focus, else to the first one of
 * the page.
 */
export function useRowKeys(options: {
  container: RefObject<HTMLElement | null>
  count: number
  onOpen: ((index: number) => void) | undefined
  scrollTo: (index: number) => void
}) {
  const [active, setActive] = useState<number | null>(null)
  const held = useRef({ ...options, active })
  held.current = { ...options, active }

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { container, count, onOpen, scrollTo, active: at } = held.current
      if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || count === 0) return
      const focused = document.activeElement?.closest('[data-row-list]')
      if ((focused ?? document.querySelector('[data-row-list]')) !== container.current) return
      const move = (to: number) => {
        event.preventDefault()
        setActive(to)
        scrollTo(to)
      }
      if (event.key === 'j') move(at === null ? 0 : Math.min(count - 1, at + 1))
      else if (event.key === 'k') move(at === null ? 0 : Math.max(0, at - 1))
      else if (event.key === 'Enter' && at !== null && at < count && onOpen) {
        const target = event.target as HTMLElement
        if (target.closest('a, button')) return
        event.preventDefault()
        onOpen(at)
      } else if (event.key === 'Escape') setActive(null)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  return active !== null && active < options.count ? active : null
}
