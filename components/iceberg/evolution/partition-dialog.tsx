'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Select } from '#components/ui/select.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import type { TableDetail } from '#lib/api/catalog-schemas.ts'
import type { PartitionPreview, PartitionStep } from '#lib/api/evolution.ts'
import { needsWidth, type TransformName, transforms } from '../changes/create-table-form.ts'
import type { TablePath } from '../table-path.ts'
import { EvolveDialog } from './evolve-dialog.tsx'
import { PartitionFields } from './partition-fields.tsx'
import { useEvolution } from './use-evolution.ts'

const actions = ['add-field', 'replace-field', 'rename-field', 'drop-field'] as const
type Action = (typeof actions)[number]

/** A step in words. */
function useStepText() {
  const t = useTranslations('evolution.partitions.step')
  return (step: PartitionStep): string => {
    switch (step.change) {
      case 'add-field':
        return t('add-field', { column: step.column, transform: step.transform ?? 'identity' })
      case 'replace-field':
        return t('replace-field', { name: step.name, transform: step.transform ?? 'identity' })
      case 'rename-field':
        return t('rename-field', { name: step.name, newName: step.newName })
      case 'drop-field':
        return t('drop-field', { name: step.name })
    }
  }
}

interface StepFormProps {
  columns: readonly string[]
  fields: readonly { name: string; transform: string }[]
  onAdd: (step: PartitionStep) => void
}

/** One step of a change of partitions. */
function PartitionStepForm({ columns, fields, onAdd }: StepFormProps) {
  const t = useTranslations('evolution.partitions')
  const words = useTranslations('catalog-changes.createTable')
  const [action, setAction] = useState<Action>('add-field')
  const [subject, setSubject] = useState('')
  const [transform, setTransform] = useState<TransformName>('day')
  const [width, setWidth] = useState('16')
  const [name, setName] = useState('')
  const live = fields.filter((field) => field.transform !== 'void').map((field) => field.name)
  const transforming = action === 'add-field' || action === 'replace-field'
  const text = needsWidth(transform) ? `${transform}[${width.trim()}]` : transform
  const named = name.trim()
  const step = (): PartitionStep | null => {
    if (subject === '' || (action === 'rename-field' && named === '')) return null
    switch (action) {
      case 'add-field':
        return { change: action, column: subject, transform: text, ...(named ? { name: named } : {}) }
      case 'replace-field':
        return { change: action, name: subject, transform: text, ...(named ? { newName: named } : {}) }
      case 'rename-field':
        return { change: action, name: subject, newName: named }
      case 'drop-field':
        return { change: action, name: subject }
    }
  }
  return (
    <form
      className="grid gap-3 sm:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault()
        const made = step()
        if (!made) return
        onAdd(made)
        setSubject('')
        setName('')
      }}
    >
      <Field label={t('action')}>
        {(control) => (
          <Select
            {...control}
            value={action}
            onChange={(value) => {
              setAction(value)
              setSubject('')
              setName('')
            }}
            options={actions
              .filter((value) => value === 'add-field' || live.length > 0)
              .map((value) => ({ value, label: t(`actions.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t(action === 'add-field' ? 'column' : 'field')}>
        {(control) => (
          <Select
            {...control}
            value={subject === '' ? undefined : subject}
            onChange={setSubject}
            options={(action === 'add-field' ? columns : live).map((value) => ({ value, label: value }))}
            placeholder={t('choose')}
            className="font-mono"
          />
        )}
      </Field>
      {transforming && (
        <Field label={t('transform')}>
          {(control) => (
            <Select
              {...control}
              value={transform}
              onChange={setTransform}
              options={transforms.map((value) => ({ value, label: words(`transform.${value}`) }))}
            />
          )}
        </Field>
      )}
      {transforming && needsWidth(transform) && (
        <Field label={t('width')}>
          {(control) => (
            <Input
              {...control}
              value={width}
              inputMode="numeric"
              onChange={(event) => setWidth(event.target.value)}
            />
          )}
        </Field>
      )}
      {action !== 'drop-field' && (
        <Field label={t('name')} {...(action === 'rename-field' ? {} : { hint: t('nameHint') })}>
          {(control) => (
            <Input
              {...control}
              value={name}
              onChange={(event) => setName(event.target.value)}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
      )}
      <Button
        type="submit"
        icon={Plus}
        disabled={step() === null}
        className="sm:col-span-2 sm:justify-self-start"
      >
        {t('addStep')}
      </Button>
    </form>
  )
}

/** Evolves how a table is partitioned, in steps. */
export function PartitionDialog({
  path,
  detail,
  onClose,
}: {
  path: TablePath
  detail: TableDetail
  onClose: () => void
}) {
  const t = useTranslations('evolution.partitions')
  const textOf = useStepText()
  const evolution = useEvolution<PartitionStep, PartitionPreview>({
    path,
    part: 'partition-spec',
    body: ({ specId }, changes) => ({ expectedSpecId: specId, changes }),
    onDone: onClose,
  })
  const { preview, steps } = evolution
  // Nested columns can be partitioned by as well; by name they are written `page.url`.
  const columns = detail.schema.fields.filter(({ type }) => !type.includes('<')).map(({ name }) => name)
  return (
    <EvolveDialog
      title={t('title')}
      description={t('text')}
      steps={steps.map(textOf)}
      onRemove={evolution.remove}
      preview={
        preview ? (
          <div className="flex flex-wrap items-center gap-1.5 text-sm">
            <PartitionFields fields={detail.partitionSpec.fields} />
            <span aria-hidden>→</span>
            <PartitionFields fields={preview.after} />
            {preview.knownSpecId !== null && <Badge>{t('known', { id: preview.knownSpecId })}</Badge>}
          </div>
        ) : null
      }
      problem={evolution.problem}
      action={t('commit')}
      ready={evolution.ready}
      pending={evolution.pending}
      onCommit={evolution.commit}
      onClose={onClose}
    >
      {preview ? (
        <PartitionStepForm columns={columns} fields={preview.after} onAdd={evolution.add} />
      ) : (
        <Skeleton className="h-32" />
      )}
    </EvolveDialog>
  )
}
