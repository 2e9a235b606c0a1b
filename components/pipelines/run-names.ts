import type { useTranslations } from 'next-intl'
import type { RunItem } from '#lib/api/runs.ts'

export const shownKinds = [
  'load',
  'compaction',
  'backup',
  'mart-refresh',
  'commit',
  'tag-snapshots',
  'expire-snapshots',
  'remove-orphan-files',
  'rewrite-manifests',
  'delete-old-rows',
  'purge-dropped-table',
  'purge-quarantine',
] as const
const triggers = ['manual', 'commit', 'schedule', 'files'] as const

type Translate = ReturnType<typeof useTranslations<'streams'>>

/** A run's kind in words; one this version does not know is shown by its name. */
export function kindName(t: Translate, kind: string): string {
  const found = shownKinds.find((name) => name === kind)
  return found ? t(`runKind.${found}`) : kind
}

/** What started a run, in words. */
export function triggerName(t: Translate, trigger: string): string {
  const found = triggers.find((name) => name === trigger)
  return found ? t(`trigger.${found}`) : trigger
}

/** What a run works on: a load its source, others their table, source or pipeline; its title where it has none. */
export const subjectName = (run: RunItem): string =>
  (run.kind === 'load' ? run.source?.name : undefined) ??
  run.table?.name ??
  run.source?.name ??
  run.pipeline?.name ??
  run.title

/** Milliseconds a run took or has been going on; null while it waits. */
export function elapsedMs(run: Pick<RunItem, 'startedAt' | 'finishedAt'>, now: number): number | null {
  if (!run.startedAt) return null
  return (run.finishedAt ? Date.parse(run.finishedAt) : now) - Date.parse(run.startedAt)
}
