'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { FormInput } from '#components/ui/form.tsx'
import type { ReferenceItem } from '#lib/api/snapshots.ts'

const dayMs = 86_400_000

type Words = ReturnType<typeof useTranslations<'snapshots.reference'>>

/** Retention as it is typed; empty follows the table. */
export function retentionShape(t: Words) {
  const days = z
    .string()
    .refine((text) => text.trim() === '' || Math.round(Number(text) * dayMs) > 0, t('numberNeeded'))
  const whole = z.string().refine((text) => /^\s*([1-9]\d{0,8})?\s*$/.test(text), t('wholeNeeded'))
  return { keepDays: days, snapshots: whole, snapshotDays: days }
}

export interface RetentionValues {
  keepDays: string
  snapshots: string
  snapshotDays: string
}

type Retention = Pick<ReferenceItem, 'maxRefAgeMs' | 'minSnapshotsToKeep' | 'maxSnapshotAgeMs'>

const daysText = (milliseconds: number | null): string =>
  milliseconds === null ? '' : String(milliseconds / dayMs)

/** What a branch or tag has, as it would be typed. */
export const retentionValues = (reference: Retention | null): RetentionValues => ({
  keepDays: daysText(reference?.maxRefAgeMs ?? null),
  snapshots: reference?.minSnapshotsToKeep?.toString() ?? '',
  snapshotDays: daysText(reference?.maxSnapshotAgeMs ?? null),
})

const milliseconds = (text: string): number | null =>
  text.trim() === '' ? null : Math.round(Number(text) * dayMs)

/** What was typed, as the API takes it. */
export const retentionOf = (values: RetentionValues, type: 'branch' | 'tag'): Retention => ({
  maxRefAgeMs: milliseconds(values.keepDays),
  minSnapshotsToKeep: type === 'tag' || values.snapshots.trim() === '' ? null : Number(values.snapshots),
  maxSnapshotAgeMs: type === 'tag' ? null : milliseconds(values.snapshotDays),
})

/** The fields of a Form with `retentionShape`. main is never dropped by itself. */
export function RetentionFields({ type, isMain = false }: { type: 'branch' | 'tag'; isMain?: boolean }) {
  const t = useTranslations('snapshots.reference')
  const ui = useTranslations('ui')
  const common = { optional: ui('optional'), inputMode: 'decimal', autoComplete: 'off' } as const
  return (
    <>
      {!isMain && <FormInput name="keepDays" label={t('keep')} hint={t('keepHint')} {...common} />}
      {type === 'branch' && (
        <div className="grid gap-4 sm:grid-cols-2">
          <FormInput name="snapshots" label={t('snapshots')} {...common} />
          <FormInput name="snapshotDays" label={t('snapshotAge')} {...common} />
        </div>
      )}
    </>
  )
}
