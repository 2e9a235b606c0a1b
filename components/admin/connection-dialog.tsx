'use client'

import { PlugZap } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useMemo, useRef } from 'react'
import { toast } from 'sonner'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Form, FormInput, FormSelect, showNestedProblem, useZodForm } from '#components/ui/form.tsx'
import type { Connection } from '#lib/api/catalog-connections.ts'
import type { ApiProblem } from '#lib/client/api.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import {
  type ConnectionValues,
  connectionLists,
  connectionSchema,
  credentialKinds,
  targetOf,
  valuesOf,
} from './connection-form.ts'
import { ConnectionWorks, useConnectionTest } from './connection-test.tsx'

const formId = 'catalog-connection'

interface ConnectionDialogProps {
  /** Null: a new one. */
  connection: Connection | null
  onClose: () => void
}

/** Address and credential of a catalog, tried before they are saved. */
export function ConnectionDialog({ connection, onClose }: ConnectionDialogProps) {
  const t = useTranslations('admin.catalogs')
  const ui = useTranslations('ui')
  const schema = useMemo(() => connectionSchema(t, connection !== null), [t, connection])
  const form = useZodForm<ConnectionValues>(schema, valuesOf(connection))
  const kind = form.watch('kind')
  const plainHttp = form.watch('uri').startsWith('http://') && kind !== 'none'

  const showFields = (problem: ApiProblem) => showNestedProblem(form, problem)
  const test = useConnectionTest()
  const save = useApiMutation<ConnectionValues, Connection>({
    method: connection ? 'PUT' : 'POST',
    path: `/api/v1/catalog-connections${connection ? `/${connection.id}` : ''}`,
    body: (values) => (connection ? targetOf(values) : { name: values.name, ...targetOf(values) }),
    refresh: connectionLists,
    onSuccess: ({ name }) => {
      toast.success(t(connection ? 'saved' : 'added', { name }))
      onClose()
    },
    onError: showFields,
  })
  const runTest = form.handleSubmit((values) => {
    save.reset()
    test.mutate(
      { ...targetOf(values), ...(connection ? { id: connection.id } : {}) },
      { onError: showFields },
    )
  })
  const problem = save.error ?? test.error
  const outcome = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (problem || test.data) outcome.current?.scrollIntoView({ block: 'nearest' })
  }, [problem, test.data])
  const secretHint = connection ? { hint: t('secretKept') } : {}

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={connection ? t('edit', { name: connection.name }) : t('add')}
      description={t('text')}
      footer={
        <>
          <Button icon={PlugZap} loading={test.isPending} onClick={() => void runTest()} className="mr-auto">
            {t('test')}
          </Button>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={save.isPending}>
            {connection ? t('save') : t('add')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        form={form}
        onSubmit={(values) => {
          test.reset()
          save.mutate(values)
        }}
        className="flex flex-col gap-4"
      >
        {!connection && (
          <FormInput
            name="name"
            label={t('name')}
            hint={t('nameHint')}
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <FormInput
          name="uri"
          label={t('uri')}
          hint={t('uriHint')}
          placeholder="https://catalog.example.com/iceberg"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
        />
        <FormInput
          name="warehouse"
          label={t('warehouse')}
          optional={t('optional')}
          hint={t('warehouseHint')}
          autoComplete="off"
          spellCheck={false}
        />
        <FormSelect
          name="kind"
          label={t('credential')}
          options={credentialKinds.map((value) => ({
            value,
            label: t(`kind.${value}`),
            description: t(`kindText.${value}`),
          }))}
        />
        {kind === 'bearer' && (
          <FormInput
            name="token"
            label={t('token')}
            type="password"
            autoComplete="new-password"
            {...secretHint}
          />
        )}
        {kind === 'oauth' && (
          <>
            <FormInput name="clientId" label={t('clientId')} autoComplete="off" spellCheck={false} />
            <FormInput
              name="clientSecret"
              label={t('clientSecret')}
              type="password"
              autoComplete="new-password"
              {...secretHint}
            />
            <FormInput
              name="scope"
              label={t('scope')}
              optional={t('optional')}
              hint={t('scopeHint')}
              autoComplete="off"
              spellCheck={false}
            />
            <FormInput
              name="serverUri"
              label={t('serverUri')}
              optional={t('optional')}
              hint={t('serverUriHint')}
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
            />
          </>
        )}
        {plainHttp && <p className="text-sm text-warn">{t('plainHttp')}</p>}
        <div ref={outcome}>
          {problem && problem.fields.length === 0 && <ProblemNote problem={problem} />}
          {test.data && !problem && <ConnectionWorks result={test.data} />}
        </div>
      </Form>
    </Dialog>
  )
}
