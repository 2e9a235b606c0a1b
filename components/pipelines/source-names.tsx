'use client'

import { FolderOpen, type LucideIcon, RadioTower } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { StatusDot, type Tone } from '#components/ui/badge.tsx'
import type { SourceFlow, SourceItem } from '#lib/api/sources.ts'
import { useFormat } from '#lib/client/use-format.ts'

const states = ['active', 'paused', 'stopped'] as const
const tones: Record<(typeof states)[number], Tone> = { active: 'ok', paused: 'neutral', stopped: 'bad' }

/** A source's state in words; a problem that Firn keeps trying to get over shows as a warning. */
export function SourceState({ source }: { source: Pick<SourceItem, 'state' | 'problem'> }) {
  const t = useTranslations('streams.sourceState')
  const state = states.find((name) => name === source.state)
  if (state === 'active' && source.problem) {
    return (
      <StatusDot tone="warn" active>
        {t('retrying')}
      </StatusDot>
    )
  }
  return <StatusDot tone={state ? tones[state] : 'neutral'}>{state ? t(state) : source.state}</StatusDot>
}

export const sourceIcon = (kind: string): LucideIcon => (kind === 'kafka' ? RadioTower : FolderOpen)

/** Where a source reads: the topic or the folder. */
export function sourcePlace(config: Record<string, unknown>): string {
  const place = config.kind === 'kafka' ? config.topic : config.location
  return typeof place === 'string' ? place : ''
}

/** What has come in but was not read yet, in what the source counts; null where that is not known. */
export function Lag({ flow }: { flow: SourceFlow }) {
  const t = useTranslations('streams.lag')
  const format = useFormat()
  if (flow.lagRows !== null) {
    return <span>{flow.lagRows === 0 ? t('none') : t('rows', { count: format.number(flow.lagRows) })}</span>
  }
  if (flow.lagBytes !== null) {
    return <span>{flow.lagBytes === 0 ? t('none') : format.bytes(flow.lagBytes)}</span>
  }
  return <span className="text-faint">–</span>
}
