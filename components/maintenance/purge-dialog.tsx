'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx'
import { useApiMutation } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { quarantineApi } from './plan-names.tsx'

export interface PurgeChoice {
  selection: { ids: string[] } | { runId: string }
  files: number
  bytes: number
}

/** Asks before files are deleted for good, ahead of their time. */
export function PurgeDialog({ chosen, onClose }: { chosen: PurgeChoice | null; onClose: () => void }) {
  const t = useTranslations('maintenance.purge')
  const format = useFormat()
  const router = useRouter()
  const purge = useApiMutation<PurgeChoice, { runId: string; started: boolean }>({
    method: 'POST',
    path: `${quarantineApi}/purge`,
    body: ({ selection }) => ({ ...selection, confirm: true }),
    refresh: [quarantineApi, '/api/v1/runs'],
    onSuccess: ({ runId, started }) => {
      onClose()
      toast.success(t(started ? 'started' : 'busy'), {
        action: { label: t('watch'), onClick: () => router.push(`/runs/${runId}`) },
      })
    },
  })
  return (
    <ConfirmDialog
      open={chosen !== null}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t('title')}
      losses={
        chosen ? [t('files', { count: format.number(chosen.files), bytes: format.bytes(chosen.bytes) })] : []
      }
      typeName={t('word')}
      action={t('button')}
      pending={purge.isPending}
      problem={purge.error}
      onConfirm={() => chosen && purge.mutate(chosen)}
    >
      {t('text')}
    </ConfirmDialog>
  )
}
