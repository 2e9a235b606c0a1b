'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input } from '#components/ui/input.tsx'
import { Select } from '#components/ui/select.tsx'
import type { PlacedFieldItem, SchemaStep } from '#lib/api/evolution.ts'
import { commonTypes, version3Types } from '../changes/create-table-form.ts'
import {
  columnsFor,
  emptyDraft,
  type SchemaAction,
  type StepDraft,
  schemaActions,
  siblingsOf,
  stepOf,
  structsOf,
  widerTypes,
} from './schema-steps.ts'

/** Select has no empty value. */
const root = '\u0000'

interface SchemaStepFormProps {
  fields: readonly PlacedFieldItem[]
  formatVersion: number
  start: { action: SchemaAction; column?: string }
  onAdd: (step: SchemaStep) => void
}

/** One step of a schema's change: what to do, to which column, and how. */
export function SchemaStepForm({ fields, formatVersion, start, onAdd }: SchemaStepFormProps) {
  const t = useTranslations('evolution.schema')
  const types = useId()
  const [draft, setDraft] = useState<StepDraft>(emptyDraft(start.action, start.column))
  const { action, column } = draft
  const set = (part: Partial<StepDraft>) => setDraft({ ...draft, ...part })
  const step = stepOf(draft)
  const columns = columnsFor(action, fields)
  const field = fields.find(({ name }) => name === column)
  const version3 = formatVersion >= 3
  const structs = structsOf(fields)
  const actions = schemaActions.filter(
    (one) =>
      one === 'add-column' || ((one !== 'set-default' || version3) && columnsFor(one, fields).length > 0),
  )
  return (
    <form
      className="grid gap-3 sm:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (!step) return
        onAdd(step)
        setDraft(emptyDraft(action))
      }}
    >
      <Field label={t('action')} className={action === 'add-column' ? 'sm:col-span-2' : ''}>
        {(control) => (
          <Select
            {...control}
            value={action}
            onChange={(value) => setDraft(emptyDraft(value))}
            options={actions.map((value) => ({ value, label: t(`actions.${value}`) }))}
          />
        )}
      </Field>
      {action !== 'add-column' && (
        <Field label={t('column')}>
          {(control) => (
            <Select
              {...control}
              value={column === '' ? undefined : column}
              onChange={(value) => setDraft(emptyDraft(action, value))}
              options={columns.map(({ name, type }) => ({ value: name, label: name, description: type }))}
              placeholder={t('choose')}
              className="font-mono"
            />
          )}
        </Field>
      )}
      {(action === 'add-column' || action === 'rename-column') && (
        <Field label={t(action === 'add-column' ? 'name' : 'newName')}>
          {(control) => (
            <Input
              {...control}
              value={draft.name}
              onChange={(event) => set({ name: event.target.value })}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
      )}
      {action === 'add-column' && (
        <Field label={t('type')}>
          {(control) => (
            <>
              <Input
                {...control}
                value={draft.type}
                list={types}
                onChange={(event) => set({ type: event.target.value })}
                className="font-mono"
                autoComplete="off"
                spellCheck={false}
              />
              <datalist id={types}>
                {[...commonTypes, ...(version3 ? version3Types : [])].map((type) => (
                  <option key={type} value={type} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      )}
      {action === 'add-column' && structs.length > 0 && (
        <Field label={t('parent')}>
          {(control) => (
            <Select
              {...control}
              value={draft.parent || root}
              onChange={(value) => set({ parent: value === root ? '' : value })}
              options={[
                { value: root, label: t('table') },
                ...structs.map(({ name }) => ({ value: name, label: name })),
              ]}
            />
          )}
        </Field>
      )}
      {action === 'widen-column' && field && (
        <Field label={t('wider')}>
          {(control) => (
            <Select
              {...control}
              value={draft.type || undefined}
              onChange={(type) => set({ type })}
              options={widerTypes(field.type).map((value) => ({ value, label: value }))}
              placeholder={t('choose')}
              className="font-mono"
            />
          )}
        </Field>
      )}
      {action === 'move-column' && field && (
        <Field label={t('place')}>
          {(control) => (
            <Select
              {...control}
              value={draft.position || undefined}
              onChange={(position) => set({ position })}
              options={[
                { value: 'first', label: t('first') },
                ...siblingsOf(fields, column).map(({ name }) => ({
                  value: `after:${name}`,
                  label: t('after', { name }),
                })),
              ]}
              placeholder={t('choose')}
            />
          )}
        </Field>
      )}
      {(action === 'add-column' || action === 'set-doc') && (
        <Field label={t('doc')} className="sm:col-span-2">
          {(control) => (
            <Input
              {...control}
              value={draft.doc}
              placeholder={field?.doc ?? ''}
              onChange={(event) => set({ doc: event.target.value })}
            />
          )}
        </Field>
      )}
      {version3 && (action === 'add-column' || action === 'set-default') && (
        <Field label={t('default')} hint={t('defaultHint')} className="sm:col-span-2">
          {(control) => (
            <Input
              {...control}
              value={draft.value}
              onChange={(event) => set({ value: event.target.value })}
              className="font-mono"
              autoComplete="off"
            />
          )}
        </Field>
      )}
      {action === 'add-column' && draft.value !== '' && (
        <div className="sm:col-span-2">
          <Checkbox
            checked={draft.required}
            onChange={(required) => set({ required })}
            label={t('required')}
          />
        </div>
      )}
      <Button type="submit" icon={Plus} disabled={!step} className="sm:col-span-2 sm:justify-self-start">
        {t('addStep')}
      </Button>
    </form>
  )
}
