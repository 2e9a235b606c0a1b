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
import type { OrderPreview, OrderStep } from '#lib/api/evolution.ts'
import { needsWidth, type TransformName, transforms } from '../changes/create-table-form.ts'
import type { TablePath } from '../table-path.ts'
import { EvolveDialog } from './evolve-dialog.tsx'
import { OrderFields, orderFieldName } from './order-fields.tsx'
import { useEvolution } from './use-evolution.ts'

const directions = ['asc', 'desc'] as const

interface StepFormProps {
  columns: readonly string[]
  fields: OrderPreview['after']
  onAdd: (step: OrderStep) => void
}

/** One step of a change of the sort order: a column more at its end, or one less. */
function OrderStepForm({ columns, fields, onAdd }: StepFormProps) {
  const t = useTranslations('evolution.order')
  const words = useTranslations('catalog-changes.createTable')
  const [action, setAction] = useState<OrderStep['change']>('add-field')
  const [subject, setSubject] = useState('')
  const [transform, setTransform] = useState<TransformName>('identity')
  const [width, setWidth] = useState('16')
  const [direction, setDirection] = useState<(typeof directions)[number]>('asc')
  const text = needsWidth(transform) ? `${transform}[${width.trim()}]` : transform
  const step = (): OrderStep | null => {
    if (action === 'add-field') {
      return subject === '' ? null : { change: action, column: subject, transform: text, direction }
    }
    const field = fields.find((one) => orderFieldName(one) === subject)
    return field?.sourceName ? { change: action, column: field.sourceName, transform: field.transform } : null
  }
  const subjects = action === 'add-field' ? columns : fields.map(orderFieldName)
  return (
    <form
      className="grid gap-3 sm:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault()
        const made = step()
        if (!made) return
        onAdd(made)
        setSubject('')
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
            }}
            options={(['add-field', 'drop-field'] as const)
              .filter((value) => value === 'add-field' || fields.length > 0)
              .map((value) => ({ value, label: t(`actions.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('column')}>
        {(control) => (
          <Select
            {...control}
            value={subject === '' ? undefined : subject}
            onChange={setSubject}
            options={subjects.map((value) => ({ value, label: value }))}
            placeholder={t('choose')}
            className="font-mono"
          />
        )}
      </Field>
      {action === 'add-field' && (
        <>
          <Field label={t('directionLabel')}>
            {(control) => (
              <Select
                {...control}
                value={direction}
                onChange={setDirection}
                options={directions.map((value) => ({ value, label: t(`direction.${value}`) }))}
              />
            )}
          </Field>
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
          {needsWidth(transform) && (
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
        </>
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

/** Changes how a table's rows are sorted, in steps. */
export function OrderDialog({
  path,
  detail,
  onClose,
}: {
  path: TablePath
  detail: TableDetail
  onClose: () => void
}) {
  const t = useTranslations('evolution.order')
  const evolution = useEvolution<OrderStep, OrderPreview>({
    path,
    part: 'sort-order',
    body: ({ orderId, after }) => ({
      expectedOrderId: orderId,
      columns: after.map(({ sourceName, transform, direction, nullOrder }) => ({
        column: sourceName,
        transform,
        direction,
        nullOrder,
      })),
    }),
    onDone: onClose,
  })
  const { preview, steps } = evolution
  const columns = detail.schema.fields.filter(({ type }) => !type.includes('<')).map(({ name }) => name)
  const textOf = (step: OrderStep): string =>
    step.change === 'add-field'
      ? t('step.add-field', {
          column: step.column,
          transform: step.transform ?? 'identity',
          direction: t(`direction.${step.direction ?? 'asc'}`),
        })
      : t('step.drop-field', { column: step.column })
  return (
    <EvolveDialog
      title={t('title')}
      description={t('text')}
      steps={steps.map(textOf)}
      onRemove={evolution.remove}
      preview={
        preview ? (
          <div className="flex flex-wrap items-center gap-1.5 text-sm">
            <OrderFields fields={detail.sortOrder.fields} />
            <span aria-hidden>→</span>
            <OrderFields fields={preview.after} />
            {preview.knownOrderId !== null && <Badge>{t('known', { id: preview.knownOrderId })}</Badge>}
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
        <OrderStepForm columns={columns} fields={preview.after} onAdd={evolution.add} />
      ) : (
        <Skeleton className="h-32" />
      )}
    </EvolveDialog>
  )
}
