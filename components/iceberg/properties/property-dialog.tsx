'use client'

import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { toast } from 'sonner'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Field } from '#components/ui/field.tsx'
import { Input, TextArea } from '#components/ui/input.tsx'
import { Select } from '#components/ui/select.tsx'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { describedBy, type PropertyOwner, useKnownProperties } from './known-properties.ts'

const formId = 'table-property'

interface PropertyDialogProps {
  owner: PropertyOwner
  /** All of them, as they were when the dialog was opened. */
  properties: Record<string, string>
  /** Null: another one. */
  property: { key: string; value: string } | null
  onClose: () => void
}

/** Sets one property: says what it does and what it may be, and refuses what nobody can set. */
export function PropertyDialog({ owner, properties, property, onClose }: PropertyDialogProps) {
  const t = useTranslations('table-properties')
  const ui = useTranslations('ui')
  const { locale } = useFormat()
  const list = useId()
  const isTable = owner.kind === 'table'
  const known = useKnownProperties(owner)
  // What was seen when the dialog opened is what the answer is about, however often the page is refreshed meanwhile.
  const [seen] = useState(properties)
  const [key, setKey] = useState(property?.key ?? '')
  const [value, setValue] = useState(property?.value ?? '')
  const name = key.trim()
  const about = describedBy(known?.items ?? [], name)
  const refused = known?.refused.find((one) => one.key === name)
  const isPrefix = known?.items.some((item) => item.key === name && item.key.endsWith('.')) ?? false
  const current = Object.hasOwn(seen, name) ? (seen[name] ?? null) : null
  const choices = about?.rule?.kind === 'choice' ? about.rule.values : undefined
  const ready = name !== '' && !refused && !isPrefix && value !== '' && value !== current
  const save = useApiMutation({
    method: 'PATCH',
    path: `${owner.api}/properties`,
    body: () => ({ set: { [name]: value }, expected: { [name]: current } }),
    refresh: [owner.api],
    onSuccess: () => {
      toast.success(t('saved', { key: name }))
      onClose()
    },
  })
  const expected =
    about?.rule?.kind === 'number'
      ? t('number', { least: about.rule.least })
      : about?.rule?.kind === 'metrics-mode'
        ? t('metricsMode')
        : undefined
  const hint = [about?.text[locale], about?.default != null && t('default', { value: about.default })]
    .filter(Boolean)
    .join(' ')
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={property ? t('changeTitle') : t('addTitle')}
      description={t(isTable ? 'text' : 'namespace.text')}
      footer={
        <>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" disabled={!ready} loading={save.isPending}>
            {ui('save')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) save.mutate()
        }}
      >
        <Field
          label={t('key')}
          hint={hint || t(isTable ? 'keyHint' : 'namespace.keyHint')}
          error={refused ? refused.text[locale] : isPrefix ? t('columnWanted') : undefined}
        >
          {(control) => (
            <Input
              {...control}
              value={key}
              onChange={(event) => setKey(event.target.value)}
              list={list}
              disabled={property !== null}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
        <datalist id={list}>
          {known?.items.map((item) => (
            <option key={item.key} value={item.key} />
          ))}
        </datalist>
        <Field
          label={t('value')}
          {...(expected === undefined ? {} : { hint: expected })}
          {...(current !== null && !property ? { hint: t('hasValue', { value: current }) } : {})}
        >
          {(control) =>
            choices ? (
              <Select
                {...control}
                value={choices.includes(value) ? value : undefined}
                onChange={setValue}
                options={choices.map((choice) => ({ value: choice, label: choice }))}
                placeholder={t('choose')}
              />
            ) : name === 'schema.name-mapping.default' || name === 'comment' ? (
              <TextArea
                {...control}
                value={value}
                onChange={(event) => setValue(event.target.value)}
                className="font-mono"
                spellCheck={false}
              />
            ) : (
              <Input
                {...control}
                value={value}
                onChange={(event) => setValue(event.target.value)}
                inputMode={about?.rule?.kind === 'number' ? 'numeric' : 'text'}
                className="font-mono"
                autoComplete="off"
                spellCheck={false}
              />
            )
          }
        </Field>
        {save.error && <ProblemNote problem={save.error} />}
      </form>
    </Dialog>
  )
}
