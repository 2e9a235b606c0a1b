'use client'

import { useTranslations } from 'next-intl'
import { StatusDot, type Tone } from '#components/ui/badge.tsx'
import type { RunItem } from '#lib/api/runs.ts'

const states = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'] as const
type State = (typeof states)[number]

const tones: Record<State, Tone> = {
  queued: 'neutral',
  running: 'accent',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'neutral',
  skipped: 'neutral',
}

const stateOf = (state: string): State | undefined => states.find((name) => name === state)

/** Not over yet. */
export const isOpen = (run: Pick<RunItem, 'state'>): boolean =>
  run.state === 'queued' || run.state === 'running'

/** A run's state in words; "cancelling" while somebody has asked it to stop. */
export function RunState({ run }: { run: Pick<RunItem, 'state' | 'cancelRequested'> }) {
  const t = useTranslations('streams.runState')
  const state = stateOf(run.state)
  if (isOpen(run) && run.cancelRequested) {
    return (
      <StatusDot tone="warn" active>
        {t('cancelling')}
      </StatusDot>
    )
  }
  return (
    <StatusDot tone={state ? tones[state] : 'neutral'} active={state === 'running'}>
      {state ? t(state) : run.state}
    </StatusDot>
  )
}
