'use client'

import { RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { TablePath } from '#components/iceberg/table-path.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import type { PlanView } from '#lib/api/maintenance.ts'
import { type PlanWish, usePlanAction } from './use-plan-action.ts'

const hourMs = 3_600_000

const hours = (ms: number): string => String(Math.round((ms / hourMs) * 100) / 100)

/** Plans the same once more, with the table as it is now and, if wished, other limits. */
export function RePlanButton({ plan, path }: { plan: PlanView; path: TablePath }) {
  const t = useTranslations('maintenance.replan')
  const [open, setOpen] = useState(false)
  const [age, setAge] = useState('')
  const [keep, setKeep] = useState('')
  const request = usePlanAction({ onOpened: () => setOpen(false) })
  const { action, policy } = plan
  if (action === 'purge-dropped-table') return null
  const show = () => {
    setAge(hours(action === 'expire-snapshots' ? policy.expiry.maxSnapshotAgeMs : policy.orphans.minAgeMs))
    setKeep(String(policy.expiry.minSnapshotsToKeep))
    setOpen(true)
  }
  const ageMs = Math.round(Number(age) * hourMs)
  const valid = age.trim() !== '' && Number.isFinite(ageMs) && ageMs >= 0 && Number(keep) >= 1
  const options: NonNullable<PlanWish['options']> =
    action === 'expire-snapshots'
      ? { maxSnapshotAgeMs: ageMs, minSnapshotsToKeep: Math.round(Number(keep)) }
      : action === 'remove-orphan-files'
        ? { minAgeMs: ageMs }
        : { allFiles: policy.compaction.allFiles }
  if (action !== 'expire-snapshots' && action !== 'remove-orphan-files') {
    return (
      <Button
        icon={RotateCcw}
        loading={request.isPending}
        onClick={() => request.mutate({ path, action, options })}
      >
        {t('button')}
      </Button>
    )
  }
  return (
    <>
      <Button icon={RotateCcw} onClick={show}>
        {t('button')}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('title')}
        size="sm"
        footer={
          <Button
            variant="primary"
            disabled={!valid}
            loading={request.isPending}
            onClick={() => request.mutate({ path, action, options })}
          >
            {t('make')}
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          <Field
            label={t(action === 'expire-snapshots' ? 'age' : 'orphanAge')}
            hint={t(action === 'expire-snapshots' ? 'ageHint' : 'orphanAgeHint')}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                value={age}
                onChange={(event) => setAge(event.target.value)}
              />
            )}
          </Field>
          {action === 'expire-snapshots' && (
            <Field label={t('keep')} hint={t('keepHint')}>
              {(control) => (
                <Input
                  {...control}
                  inputMode="numeric"
                  value={keep}
                  onChange={(event) => setKeep(event.target.value)}
                />
              )}
            </Field>
          )}
          {request.error && <ProblemNote problem={request.error} />}
        </div>
      </Dialog>
    </>
  )
}
