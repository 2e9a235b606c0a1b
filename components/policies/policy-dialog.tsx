'use client'

import { Undo2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Field } from '#components/ui/field.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Select } from '#components/ui/select.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import type { PolicyDetail } from '#lib/api/maintenance-policies.ts'
import { type ApiProblem, apiUrl } from '#lib/client/api.ts'
import { cn } from '#lib/client/cn.ts'
import { useApi, useApiMutation } from '#lib/client/use-api.ts'
import { FieldControl } from './field-control.tsx'
import { fieldGroups, groupOf, type PolicyField, type PolicyValue } from './field-specs.ts'
import { type PolicyScopeName, policiesApi, scopeQuery } from './policy-scope.ts'
import { usePolicyText } from './use-policy-text.ts'

type Overrides = Partial<Record<PolicyField, PolicyValue>>
type Preset = PolicyDetail['preset']

/** Edits what one scope says; what it leaves out shows what is inherited, and from where. */
export function PolicyDialog({ scope, onClose }: { scope: PolicyScopeName | null; onClose: () => void }) {
  const t = useTranslations('policies')
  const found = useApi<PolicyDetail>(scope && `${policiesApi}/effective`, {
    ...(scope ? { query: scopeQuery(scope) } : {}),
    staleTime: 0,
  })
  const name = scope
    ? [scope.catalog, scope.namespace?.replaceAll('\u001F', '.'), scope.table].filter(Boolean).join('.')
    : ''
  // What was read before the dialog opened may be old: the form begins with what is read now.
  const detail = found.isFetching && !found.isRefetching ? undefined : found.data
  return (
    <Dialog
      open={scope !== null}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      size="xl"
      title={t('edit.title', { name })}
      description={t('edit.text')}
    >
      {found.error && !detail ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : scope && detail ? (
        <PolicyForm key={name} scope={scope} detail={detail} onClose={onClose} />
      ) : (
        <Skeleton className="h-80" />
      )}
    </Dialog>
  )
}

function PolicyForm({
  scope,
  detail,
  onClose,
}: {
  scope: PolicyScopeName
  detail: PolicyDetail
  onClose: () => void
}) {
  const t = useTranslations('policies')
  const [preset, setPreset] = useState<Preset>(detail.preset)
  const [overrides, setOverrides] = useState<Overrides>(detail.overrides as Overrides)
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const save = useApiMutation<void, PolicyDetail>({
    method: 'PUT',
    path: apiUrl(policiesApi, scopeQuery(scope)),
    body: () => ({ preset, overrides }),
    refresh: [policiesApi, '/api/v1/maintenance/tables'],
    onSuccess: () => {
      toast.success(t('edit.saved'))
      onClose()
    },
    onError: setProblem,
  })
  const errorAt = (field: PolicyField) =>
    problem?.fields.find(({ path }) => path.endsWith(field) || path.includes(`${field}.`))?.message
  const set = (field: PolicyField, value: PolicyValue | undefined) =>
    setOverrides((before) => {
      const { [field]: _, ...others } = before
      return value === undefined ? others : { ...others, [field]: value }
    })
  return (
    <div className="flex flex-col gap-5">
      <Field label={t('edit.preset')} hint={t(`presetHint.${preset ?? 'none'}`)}>
        {(control) => (
          <Select
            {...control}
            value={preset ?? 'none'}
            onChange={(chosen) => setPreset(chosen === 'none' ? null : (chosen as Preset))}
            options={(['none', 'streaming', 'batch', 'audit'] as const).map((value) => ({
              value,
              label: t(`preset.${value}`),
            }))}
          />
        )}
      </Field>
      {fieldGroups.map((group) => (
        <section key={group}>
          <h3 className="mb-1 font-semibold text-sm">{t(`group.${group}`)}</h3>
          <ul className="divide-y divide-line border-line border-y">
            {detail.fields
              .filter(({ field }) => groupOf(field) === group)
              .map((item) => (
                <FieldRow
                  key={item.field}
                  item={item}
                  preset={preset ? { name: preset, value: detail.presets[preset][item.field] } : null}
                  own={overrides[item.field]}
                  onChange={(value) => set(item.field, value)}
                  error={errorAt(item.field)}
                />
              ))}
          </ul>
        </section>
      ))}
      {problem && problem.fields.length === 0 && <ErrorState error={problem} />}
      <div className="sticky -bottom-5 -mx-5 -mb-5 flex justify-end gap-2 border-line border-t bg-surface px-5 py-3">
        <Button onClick={onClose}>{t('edit.cancel')}</Button>
        <Button variant="primary" loading={save.isPending} onClick={() => save.mutate()}>
          {t('edit.save')}
        </Button>
      </div>
    </div>
  )
}

interface FieldRowProps {
  item: PolicyDetail['fields'][number]
  /** What the chosen preset says. */
  preset: { name: NonNullable<Preset>; value: PolicyValue | undefined } | null
  own: PolicyValue | undefined
  onChange: (value: PolicyValue | undefined) => void
  error: string | undefined
}

function FieldRow({ item, preset, own, onChange, error }: FieldRowProps) {
  const t = useTranslations('policies')
  const text = usePolicyText()
  const { field, inherited, inheritedFrom, origin } = item
  const label = text.label(field)
  const fromPreset = preset !== null && preset.value !== undefined
  const otherwise = fromPreset ? (preset.value as PolicyValue) : inherited
  const from = fromPreset ? t(`preset.${preset.name}`) : text.origin(inheritedFrom)
  return (
    <li className="grid grid-cols-1 items-center gap-x-4 gap-y-1 py-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,18rem)_2rem]">
      <div className="min-w-0">
        <p className={cn('text-sm', own !== undefined && 'font-medium')}>{label}</p>
        <p className="text-faint text-xs">
          {t('edit.otherwise', { value: text.value(field, otherwise), from })}
          {origin.kind === 'table-property' && ` ${t('edit.property', { property: origin.property })}`}
        </p>
        {error !== undefined && <p className="text-bad text-xs">{error}</p>}
      </div>
      {own === undefined ? (
        <Button
          size="sm"
          className="justify-self-start"
          aria-label={t('edit.overrideField', { field: label })}
          onClick={() => onChange(otherwise)}
        >
          {t('edit.override')}
        </Button>
      ) : (
        <FieldControl field={field} label={label} value={own} onChange={onChange} />
      )}
      {own !== undefined && (
        <IconButton
          icon={Undo2}
          size="sm"
          label={t('edit.inherit', { field: label })}
          onClick={() => onChange(undefined)}
        />
      )}
    </li>
  )
}
