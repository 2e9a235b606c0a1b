'use client'

import { BellOff, BellRing, Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { DropdownMenu } from '#components/ui/dropdown-menu.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { AlertChannel, ChannelBody } from '#lib/api/alerts.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { ChannelDialog } from './channel-dialog.tsx'

const path = '/api/v1/alert-channels'

const storedTarget = ({ kind, target }: AlertChannel): ChannelBody['target'] =>
  kind === 'email' ? { kind, receivers: target.split(', ') } : { kind }

/** What an admin can do with a channel. */
export function ChannelActions({ channel }: { channel: AlertChannel }) {
  const t = useTranslations('admin.alerts')
  const [question, setQuestion] = useState<'change' | 'remove' | null>(null)
  const { id, name, events, language, enabled } = channel
  const test = useApiMutation<void, { milliseconds: number }>({
    method: 'POST',
    path: `${path}/test`,
    body: () => ({ id, language, target: storedTarget(channel) }),
    onSuccess: (result) => toast.success(`${name}: ${t('works', result)}`),
    onError: (problem) => toast.error(problem.message, { duration: 15_000 }),
  })
  const turn = useApiMutation<void, AlertChannel>({
    method: 'PUT',
    path: `${path}/${id}`,
    body: () => ({ name, events, language, enabled: !enabled, target: storedTarget(channel) }),
    refresh: [path],
    onSuccess: () => toast.success(t(enabled ? 'turnedOff' : 'turnedOn', { name })),
    onError: (problem) => toast.error(problem.message),
  })
  const remove = useApiMutation({
    method: 'DELETE',
    path: `${path}/${id}`,
    refresh: [path, '/api/v1/alerts'],
    onSuccess: () => {
      setQuestion(null)
      toast.success(t('remove.done', { name }))
    },
  })
  return (
    <>
      <DropdownMenu
        trigger={<IconButton icon={Ellipsis} label={t('menu', { name })} size="sm" tooltip={false} />}
        groups={[
          [
            { label: t('test'), icon: BellRing, onSelect: () => test.mutate(), disabled: test.isPending },
            { label: t('change'), icon: Pencil, onSelect: () => setQuestion('change') },
            {
              label: t(enabled ? 'turnOff' : 'turnOn'),
              icon: enabled ? BellOff : BellRing,
              onSelect: () => turn.mutate(),
            },
          ],
          [
            {
              label: t('remove.action'),
              icon: Trash2,
              tone: 'danger',
              onSelect: () => {
                remove.reset()
                setQuestion('remove')
              },
            },
          ],
        ]}
      />
      {question === 'change' && <ChannelDialog channel={channel} onClose={() => setQuestion(null)} />}
      <ConfirmDialog
        open={question === 'remove'}
        onOpenChange={() => setQuestion(null)}
        title={t('remove.title', { name })}
        losses={[t('remove.loss')]}
        action={t('remove.action')}
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        problem={remove.error}
      />
    </>
  )
}
