'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Tooltip } from '#components/ui/tooltip.tsx'
import { problemOf } from '#lib/client/api.ts'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'

type State = 'live' | 'idle' | 'offline'

/** Whether what is on the page is kept fresh, and whether Firn answers at all. */
function useLiveState(): { state: State; answeredAt: number | null } {
  const client = useQueryClient()
  const [value, setValue] = useState<{ state: State; answeredAt: number | null }>({
    state: 'idle',
    answeredAt: null,
  })
  useEffect(() => {
    const cache = client.getQueryCache()
    const look = () => {
      const active = cache.getAll().filter((query) => query.isActive())
      const offline = active.some(
        ({ state }) =>
          (state.error !== null && problemOf(state.error).code === 'unreachable') ||
          (state.fetchFailureReason !== null && problemOf(state.fetchFailureReason).code === 'unreachable'),
      )
      const refreshing = active.some((query) =>
        query.observers.some(({ options }) => typeof options.refetchInterval === 'number'),
      )
      const answeredAt = active.reduce((latest, { state }) => Math.max(latest, state.dataUpdatedAt), 0)
      const state: State = offline ? 'offline' : refreshing ? 'live' : 'idle'
      setValue((held) =>
        held.state === state && held.answeredAt === answeredAt
          ? held
          : { state, answeredAt: answeredAt || null },
      )
    }
    look()
    // Not by subscription: the cache speaks while components render, when no state may be set.
    const timer = setInterval(look, 1_000)
    return () => clearInterval(timer)
  }, [client])
  return value
}

const dot: Record<State, string> = { live: 'bg-ok', idle: 'bg-line-strong', offline: 'bg-bad' }

/** The dot in the top bar. */
export function LiveIndicator() {
  const t = useTranslations('shell.live')
  const format = useFormat()
  const { state, answeredAt } = useLiveState()
  const ago = answeredAt === null ? '–' : format.relative(answeredAt)
  return (
    <Tooltip content={state === 'offline' ? t('offlineHint') : t(`${state}Hint`, { ago })} side="bottom">
      <span
        role="status"
        className={cn(
          'flex h-8 items-center gap-1.5 rounded-md px-2 text-xs',
          state === 'offline' ? 'bg-bad-soft font-medium text-bad' : 'text-faint',
        )}
      >
        <span
          className={cn('size-2 rounded-full', dot[state], state === 'live' && 'animate-shimmer')}
          aria-hidden
        />
        <span className={state === 'offline' ? '' : 'sr-only sm:not-sr-only'}>{t(state)}</span>
      </span>
    </Tooltip>
  )
}
