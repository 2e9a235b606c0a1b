'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import type { RunDetail } from '#lib/api/runs.ts'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'

const levels: Record<string, string> = { warn: 'text-warn', error: 'text-bad' }

/** A run's log; follows the end while the reader is there. */
export function RunLog({ events }: { events: RunDetail['events'] }) {
  const t = useTranslations('streams.run')
  const format = useFormat()
  const box = useRef<HTMLOListElement>(null)
  const follows = useRef(true)
  const count = events.length
  useEffect(() => {
    if (count > 0 && follows.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [count])
  if (count === 0) return <p className="p-4 text-soft text-sm">{t('noLog')}</p>
  return (
    <ol
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={t('log')}
      className="scroll-thin max-h-96 overflow-auto py-2 font-mono text-xs leading-5"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < 24
      }}
    >
      {events.map((event) => (
        <li key={event.id} className="flex gap-3 px-4 hover:bg-subtle">
          <time dateTime={event.at} className="shrink-0 text-faint" title={format.exactTime(event.at)}>
            {format.clock(event.at, true)}
          </time>
          <span className={cn('min-w-0 flex-1 whitespace-pre-wrap break-words', levels[event.level])}>
            {event.message}
            {Object.keys(event.fields).length > 0 && (
              <span className="text-faint"> {JSON.stringify(event.fields)}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}
