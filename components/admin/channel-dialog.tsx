'use client'

import { BellRing } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useMemo, useRef } from 'react'
import { toast } from 'sonner'
import { z } from 'zod'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Form, FormInput, FormSelect, showNestedProblem, useZodForm } from '#components/ui/form.tsx'
import {
  type AlertChannel,
  type AlertEvent,
  alertEvents,
  type ChannelBody,
  type ChannelKind,
  type ChannelTarget,
} from '#lib/api/alerts.ts'
import type { ApiProblem } from '#lib/client/api.ts'
import { useApi, useApiMutation } from '#lib/client/use-api.ts'

const formId = 'alert-channel'

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
  const ui = useTranslations('ui')
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
  const showFields = (problem: ApiProblem) => showNestedProblem(form, problem)
  const test = useApiMutation<object, { milliseconds: number }>({
    method: 'POST',
    path: '/api/v1/alert-channels/test',
    onError: showFields,
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
    onError: showFields,
  })
  const runTest = form.handleSubmit((values) => {
    save.reset()
    test.mutate({
      target: targetOf(values),
      language: values.language,
      ...(channel ? { id: channel.id } : {}),
    })
  })
  const problem = save.error ?? test.error
  const outcome = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (problem || test.data) outcome.current?.scrollIntoView({ block: 'nearest' })
  }, [problem, test.data])
  const chosen = form.watch('events')
  const eventsError = form.formState.errors.events?.message

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={channel ? t('edit', { name: channel.name }) : t('add')}
      description={t('dialogText')}
      footer={
        <>
          <Button icon={BellRing} loading={test.isPending} onClick={() => void runTest()} className="mr-auto">
            {t('test')}
          </Button>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={save.isPending}>
            {channel ? t('save') : t('add')}
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
        <div ref={outcome}>
          {problem && problem.fields.length === 0 && <ProblemNote problem={problem} />}
          {test.data && !problem && (
            <p role="status" className="rounded-md bg-ok-soft px-3 py-2 text-ok text-sm">
              {t('works', test.data)}
            </p>
          )}
        </div>
      </Form>
    </Dialog>
  )
}
