'use client'

import { BellRing } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { z } from 'zod'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { FormInput, FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import {
  type AlertChannel,
  type AlertEvent,
  alertEvents,
  type ChannelBody,
  type ChannelKind,
  type ChannelTarget,
} from '#lib/api/alerts.ts'
import { useApi, useApiMutation } from '#lib/client/use-api.ts'

interface ChannelValues {
  name: string
  kind: ChannelKind
  address: string
  receivers: string
  language: 'ko' | 'en'
  events: AlertEvent[]
}

const receiversOf = (text: string): string[] => text.split(/[\s,;]+/).filter((one) => one !== '')

/** The values as the API takes them; an address that was not entered stays as stored. */
const targetOf = ({ kind, address, receivers }: ChannelValues): ChannelTarget =>
  kind === 'email'
    ? { kind, receivers: receiversOf(receivers) }
    : { kind, ...(address.trim() ? { address: address.trim() } : {}) }

const isAddress = (text: string): boolean => /^https?:\/\/[^/]/.test(text) && URL.canParse(text)

function useChannelSchema(channel: AlertChannel | null): z.ZodType<ChannelValues, ChannelValues> {
  const t = useTranslations('admin.alerts')
  return useMemo(
    () =>
      z
        .object({
          name: z.string().trim().min(1, t('nameError')).max(80),
          kind: z.enum(['slack', 'dooray', 'webhook', 'email']),
          address: z.string(),
          receivers: z.string(),
          language: z.enum(['ko', 'en']),
          events: z.array(z.enum(alertEvents)).min(1, t('eventsError')),
        })
        .superRefine(({ kind, address, receivers }, context) => {
          const wrong = (path: string, message: string) =>
            context.addIssue({ code: 'custom', path: [path], message })
          if (kind === 'email') {
            const given = receiversOf(receivers)
            if (given.length === 0 || !given.every((one) => z.email().safeParse(one).success))
              wrong('receivers', t('receiversError'))
          } else if (address.trim() === '' ? channel?.kind !== kind : !isAddress(address.trim())) {
            wrong('address', t('addressError'))
          }
        }),
    [t, channel],
  )
}

/** Where alerts go, tried before it is saved. */
export function ChannelDialog({ channel, onClose }: { channel: AlertChannel | null; onClose: () => void }) {
  const t = useTranslations('admin.alerts')
  const schema = useChannelSchema(channel)
  const form = useZodForm<ChannelValues>(schema, {
    name: channel?.name ?? '',
    kind: channel?.kind ?? 'slack',
    address: '',
    receivers: channel?.kind === 'email' ? channel.target : '',
    language: channel?.language ?? 'ko',
    events: channel?.events ?? [...alertEvents],
  })
  const usable = useApi<{ kinds: ChannelKind[] }>('/api/v1/alert-channels', { query: { limit: 1 } })
  const kind = form.watch('kind')
  const test = useApiMutation<object, { milliseconds: number }>({
    method: 'POST',
    path: '/api/v1/alert-channels/test',
  })
  const save = useApiMutation<ChannelValues, AlertChannel>({
    method: channel ? 'PUT' : 'POST',
    path: `/api/v1/alert-channels${channel ? `/${channel.id}` : ''}`,
    body: (values): ChannelBody => ({
      name: values.name,
      events: values.events,
      language: values.language,
      enabled: channel?.enabled ?? true,
      target: targetOf(values),
    }),
    refresh: ['/api/v1/alert-channels'],
    onSuccess: ({ name }) => {
      toast.success(t(channel ? 'saved' : 'added', { name }))
      onClose()
    },
  })
  const runTest = form.handleSubmit((values) => {
    save.reset()
    test.mutate({
      target: targetOf(values),
      language: values.language,
      ...(channel ? { id: channel.id } : {}),
    })
  })
  const chosen = form.watch('events')
  const eventsError = form.formState.errors.events?.message

  return (
    <FormDialog
      form={form}
      onSubmit={(values) => {
        test.reset()
        save.mutate(values)
      }}
      request={{ isPending: save.isPending, error: save.error ?? test.error }}
      title={channel ? t('edit', { name: channel.name }) : t('add')}
      description={t('dialogText')}
      submit={channel ? t('save') : t('add')}
      onClose={onClose}
      aside={
        <Button icon={BellRing} loading={test.isPending} onClick={() => void runTest()}>
          {t('test')}
        </Button>
      }
      outcome={
        test.data && (
          <p role="status" className="rounded-md bg-ok-soft px-3 py-2 text-ok text-sm">
            {t('works', test.data)}
          </p>
        )
      }
    >
      <FormInput name="name" label={t('name')} hint={t('nameHint')} autoComplete="off" />
      <FormSelect
        name="kind"
        label={t('kindLabel')}
        options={(usable.data?.kinds ?? ['slack', 'dooray', 'webhook']).map((value) => ({
          value,
          label: t(`kind.${value}`),
        }))}
      />
      {kind === 'email' ? (
        <FormInput
          name="receivers"
          label={t('receivers')}
          hint={t('receiversHint')}
          autoComplete="off"
          spellCheck={false}
        />
      ) : (
        <FormInput
          name="address"
          label={t('address')}
          hint={channel?.kind === kind ? t('addressKept') : t('addressHint')}
          type="password"
          autoComplete="new-password"
          spellCheck={false}
        />
      )}
      <FormSelect
        name="language"
        label={t('language')}
        options={[
          { value: 'ko', label: '한국어' },
          { value: 'en', label: 'English' },
        ]}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium text-sm">{t('events')}</legend>
        {alertEvents.map((event) => (
          <Checkbox
            key={event}
            checked={chosen.includes(event)}
            label={t(`event.${event}`)}
            onChange={(on) =>
              form.setValue('events', on ? [...chosen, event] : chosen.filter((one) => one !== event), {
                shouldValidate: true,
              })
            }
          />
        ))}
        {eventsError && (
          <p role="alert" className="text-bad text-xs">
            {eventsError}
          </p>
        )}
      </fieldset>
    </FormDialog>
  )
}
