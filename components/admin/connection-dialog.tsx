'use client'

import { PlugZap } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { Button } from '#components/ui/button.tsx'
import { FormInput, FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import type { Connection } from '#lib/api/catalog-connections.ts'
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

interface ConnectionDialogProps {
  /** Null: a new one. */
  connection: Connection | null
  onClose: () => void
}

/** Address and credential of a catalog, tried before they are saved. */
export function ConnectionDialog({ connection, onClose }: ConnectionDialogProps) {
  const t = useTranslations('admin.catalogs')
  const schema = useMemo(() => connectionSchema(t, connection !== null), [t, connection])
  const form = useZodForm<ConnectionValues>(schema, valuesOf(connection))
  const kind = form.watch('kind')
  const plainHttp = form.watch('uri').startsWith('http://') && kind !== 'none'

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
  })
  const runTest = form.handleSubmit((values) => {
    save.reset()
    test.mutate({ ...targetOf(values), ...(connection ? { id: connection.id } : {}) })
  })
  const secretHint = connection ? { hint: t('secretKept') } : {}

  return (
    <FormDialog
      form={form}
      onSubmit={(values) => {
        test.reset()
        save.mutate(values)
      }}
      request={{ isPending: save.isPending, error: save.error ?? test.error }}
      title={connection ? t('edit', { name: connection.name }) : t('add')}
      description={t('text')}
      submit={connection ? t('save') : t('add')}
      onClose={onClose}
      aside={
        <Button icon={PlugZap} loading={test.isPending} onClick={() => void runTest()}>
          {t('test')}
        </Button>
      }
      outcome={test.data && <ConnectionWorks result={test.data} />}
    >
      {!connection && (
        <FormInput name="name" label={t('name')} hint={t('nameHint')} autoComplete="off" spellCheck={false} />
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
    </FormDialog>
  )
}
