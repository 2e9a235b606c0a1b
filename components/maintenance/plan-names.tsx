'use client'

import { useTranslations } from 'next-intl'
import { Badge, StatusDot, type Tone } from '#components/ui/badge.tsx'
import type { PlanView, QuarantinedFileView } from '#lib/api/maintenance.ts'

type Translate = ReturnType<typeof useTranslations<'maintenance'>>

const planTones: Record<PlanView['state'], { tone: Tone; active?: boolean }> = {
  planning: { tone: 'accent', active: true },
  draft: { tone: 'warn' },
  'awaiting-approval': { tone: 'warn' },
  approved: { tone: 'warn' },
  applying: { tone: 'accent', active: true },
  applied: { tone: 'ok' },
  undone: { tone: 'neutral' },
  'nothing-to-do': { tone: 'neutral' },
  refused: { tone: 'neutral' },
  superseded: { tone: 'neutral' },
  failed: { tone: 'bad' },
}

/** A plan's state in words. */
export function PlanState({ state }: { state: PlanView['state'] }) {
  const t = useTranslations('maintenance.planState')
  return <StatusDot {...planTones[state]}>{t(state)}</StatusDot>
}

const fileTones: Record<QuarantinedFileView['state'], Tone> = {
  quarantined: 'warn',
  purging: 'accent',
  purged: 'neutral',
  restored: 'ok',
  kept: 'ok',
}

/** A quarantined file's state in words. */
export function FileState({ state }: { state: QuarantinedFileView['state'] }) {
  const t = useTranslations('maintenance.fileState')
  return <StatusDot tone={fileTones[state]}>{t(state)}</StatusDot>
}

/** What kind of file it is. */
export function KindBadge({ kind }: { kind: QuarantinedFileView['kind'] }) {
  const t = useTranslations('maintenance.kind')
  return <Badge tone={kind === 'orphan' ? 'warn' : 'neutral'}>{t(kind)}</Badge>
}

/** The plan's subject in a line: how many files, how many bytes, how many snapshots. */
export function planResult(
  t: Translate,
  { summary, action, state }: PlanView,
  format: { number: (value: number) => string; bytes: (value: number) => string },
): string {
  if (state === 'planning') return t('result.planning')
  if (summary.reason) return summary.reason
  if (action === 'delete-old-rows') {
    return `${t('result.rows', { count: format.number(summary.rowsRemoved) })} · ${t('result.files', { count: format.number(summary.files), bytes: format.bytes(summary.bytes) })}`
  }
  if (action === 'tag-snapshots') {
    return t('result.tags', { count: format.number(summary.tagsAdded.length) })
  }
  if (summary.compaction) {
    const { files, filesAfter, bytes } = summary.compaction
    return t('result.compaction', {
      before: format.number(files),
      after: format.number(filesAfter),
      bytes: format.bytes(bytes),
    })
  }
  if (action === 'rewrite-manifests') {
    const [before, after] = [summary.manifestsBefore ?? 0, summary.manifestsAfter ?? 0]
    return t('result.manifests', { before: format.number(before), after: format.number(after) })
  }
  const files = t('result.files', { count: format.number(summary.files), bytes: format.bytes(summary.bytes) })
  if (summary.snapshotsRemoved === 0) return files
  return `${t('result.snapshots', { count: format.number(summary.snapshotsRemoved) })} · ${files}`
}

/** Actions whose plans put files into quarantine, from where they can be brought back. */
const quarantining: readonly PlanView['action'][] = [
  'expire-snapshots',
  'remove-orphan-files',
  'purge-dropped-table',
]
export const goesToQuarantine = (action: PlanView['action']): boolean => quarantining.includes(action)

/** Addresses of the API. */
export const plansApi = '/api/v1/maintenance/plans'
export const quarantineApi = '/api/v1/maintenance/quarantine'
export const planHref = (id: string): string => `/maintenance/plans/${id}`
