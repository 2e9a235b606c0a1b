'use client'

import { useTranslations } from 'next-intl'
import type { RunItem } from '#lib/api/runs.ts'
import { useFormat } from '#lib/client/use-format.ts'

/** CPU time of a run, and how much of it the engine's processes took. */
export function CpuTime({ cpu: { engineMs, workerMs } }: { cpu: NonNullable<RunItem['cpu']> }) {
  const t = useTranslations('streams.run')
  const format = useFormat()
  return (
    <>
      {format.duration(engineMs + workerMs)}{' '}
      <span className="text-faint text-xs">
        {t('cpuParts', { engine: format.duration(engineMs), worker: format.duration(workerMs) })}
      </span>
    </>
  )
}
