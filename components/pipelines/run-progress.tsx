'use client'

import { useTranslations } from 'next-intl'
import { ProgressBar } from '#components/ui/progress-bar.tsx'
import type { RunItem } from '#lib/api/runs.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { subjectName } from './run-names.ts'

type Unit = 'rows' | 'bytes' | 'files'

interface Measure {
  unit: Unit
  done: number
  total: number | null
}

const phases = ['reading', 'rewriting', 'counting', 'committing'] as const

/** What the bar shows: the first measure whose end is known, else the first that is counted. */
function mainMeasure({ progress }: RunItem): Measure | null {
  const all: Measure[] = (['bytes', 'rows', 'files'] as const).flatMap((unit) => {
    const done = progress[unit]
    return done === undefined ? [] : [{ unit, done, total: progress[`${unit}Total`] ?? null }]
  })
  return all.find(({ total }) => total !== null && total > 0) ?? all[0] ?? null
}

/** How far a run is, in what it counts, with rate and time left. */
export function RunProgress({ run, compact = false }: { run: RunItem; compact?: boolean }) {
  const t = useTranslations('streams.progress')
  const format = useFormat()
  const main = mainMeasure(run)
  const { progress } = run
  const phase = run.state === 'running' ? phases.find((name) => name === progress.phase) : undefined
  const others = [
    phase ? t(`phase.${phase}`) : null,
    main?.unit !== 'rows' && progress.rows !== undefined
      ? t('rows', { count: format.number(progress.rows) })
      : null,
    main?.unit !== 'files' && progress.files !== undefined
      ? progress.filesTotal
        ? t('filesOf', { done: format.number(progress.files), total: format.number(progress.filesTotal) })
        : t('files', { count: format.number(progress.files) })
      : null,
    main?.unit !== 'bytes' && progress.bytes !== undefined ? format.bytes(progress.bytes) : null,
  ].filter((text) => text !== null)
  const state =
    run.state === 'failed' || run.state === 'cancelled'
      ? 'failed'
      : run.state === 'succeeded' || run.state === 'skipped'
        ? 'done'
        : 'running'
  return (
    <ProgressBar
      label={t('label', { name: subjectName(run) })}
      done={main?.done ?? 0}
      total={main?.total ?? null}
      unit={main?.unit ?? 'rows'}
      startedAt={run.startedAt}
      extra={others.join(' · ')}
      state={state}
      compact={compact}
    />
  )
}
