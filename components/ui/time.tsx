'use client'

import { useEffect, useState } from 'react'
import { toDate } from '#lib/client/format/time.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { Tooltip } from './tooltip.tsx'

/** One clock for all relative times of a page. */
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const tick = () => setNow(Date.now())
    listeners.add(tick)
    timer ??= setInterval(() => {
      for (const listener of listeners) listener()
    }, 5_000)
    return () => {
      listeners.delete(tick)
      if (listeners.size === 0) {
        clearInterval(timer)
        timer = undefined
      }
    }
  }, [])
  return now
}

interface TimeProps {
  /** ISO 8601, Date or milliseconds; null draws a dash. */
  value: string | number | Date | null | undefined
  className?: string
}

/** The clock ticks every 5 s: what has happened since its last tick is not in the future. */
function shownNow(value: string | number | Date, now: number): number {
  const ahead = toDate(value).getTime() - now
  return ahead > 0 && ahead < 10_000 ? now + ahead : now
}

/** `3 minutes ago`, with the moment on hover. */
export function RelativeTime({ value, className }: TimeProps) {
  const format = useFormat()
  const now = useNow()
  if (value === null || value === undefined) return <span className="text-faint">–</span>
  return (
    <Tooltip content={format.exactTime(value)}>
      <time
        dateTime={toDate(value).toISOString()}
        className={className ?? 'whitespace-nowrap'}
        suppressHydrationWarning
      >
        {format.relative(value, shownNow(value, now))}
      </time>
    </Tooltip>
  )
}

/** `Jul 31, 23:59` in the site's zone, with seconds and offset on hover. */
export function AbsoluteTime({ value, className, seconds = false }: TimeProps & { seconds?: boolean }) {
  const format = useFormat()
  if (value === null || value === undefined) return <span className="text-faint">–</span>
  return (
    <Tooltip content={format.exactTime(value)}>
      <time dateTime={toDate(value).toISOString()} className={className ?? 'whitespace-nowrap'}>
        {format.time(value, { seconds })}
      </time>
    </Tooltip>
  )
}
