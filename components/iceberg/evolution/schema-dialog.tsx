'use client'

import { useTranslations } from 'next-intl'
import { Skeleton } from '#components/ui/skeleton.tsx'
import type { SchemaPreview, SchemaStep } from '#lib/api/evolution.ts'
import type { TablePath } from '../table-path.ts'
import { EvolveDialog } from './evolve-dialog.tsx'
import { FieldDifferences } from './field-differences.tsx'
import { SchemaStepForm } from './schema-step-form.tsx'
import type { SchemaAction } from './schema-steps.ts'
import { useEvolution } from './use-evolution.ts'

/** A step in words. */
function useStepText() {
  const t = useTranslations('evolution.schema.step')
  return (step: SchemaStep): string => {
    switch (step.change) {
      case 'add-column':
        return t('add-column', {
          name: step.parent === undefined ? step.name : `${step.parent}.${step.name}`,
          type: step.type,
        })
      case 'rename-column':
        return t('rename-column', { column: step.column, name: step.name })
      case 'widen-column':
        return t('widen-column', { column: step.column, type: step.type })
      case 'move-column': {
        const { column, position } = step
        if (typeof position === 'string') return t('move-first', { column })
        return t('move-after', { column, other: 'after' in position ? position.after : position.before })
      }
      case 'set-doc':
        return t('set-doc', { column: step.column, doc: step.doc ?? '–' })
      case 'set-default':
        return t('set-default', { column: step.column, value: step.value ?? '–' })
      case 'set-identifier-fields':
        return t('set-identifier-fields', { columns: step.columns.join(', ') })
      default:
        return t(step.change, { column: step.column })
    }
  }
}

interface SchemaDialogProps {
  path: TablePath
  start: { action: SchemaAction; column?: string }
  onClose: () => void
}

/** Evolves a table's schema in steps. */
export function SchemaDialog({ path, start, onClose }: SchemaDialogProps) {
  const t = useTranslations('evolution.schema')
  const textOf = useStepText()
  const evolution = useEvolution<SchemaStep, SchemaPreview>({
    path,
    part: 'schema',
    body: ({ schemaId }, changes) => ({ expectedSchemaId: schemaId, changes }),
    onDone: onClose,
  })
  const { preview, steps } = evolution
  return (
    <EvolveDialog
      title={t('title')}
      description={t('text')}
      steps={steps.map(textOf)}
      onRemove={evolution.remove}
      preview={preview ? <FieldDifferences differences={preview.differences} /> : null}
      problem={evolution.problem}
      action={t('commit')}
      ready={evolution.ready}
      pending={evolution.pending}
      onCommit={evolution.commit}
      onClose={onClose}
    >
      {preview ? (
        <SchemaStepForm
          fields={preview.fields}
          formatVersion={preview.formatVersion}
          start={start}
          onAdd={evolution.add}
        />
      ) : (
        <Skeleton className="h-32" />
      )}
    </EvolveDialog>
  )
}
