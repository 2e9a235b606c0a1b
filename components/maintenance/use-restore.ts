'use client'

import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { useApiMutation } from '#lib/client/use-api.ts'
import { plansApi, quarantineApi } from './plan-names.tsx'

type Chosen = { ids: string[] } | { runId: string }

/** Takes files, or all of a run, out of quarantine. */
export function useRestore() {
  const t = useTranslations('maintenance.undo')
  return useApiMutation<Chosen, { files: number; snapshots: number }>({
    method: 'POST',
    path: `${quarantineApi}/restore`,
    refresh: [quarantineApi, plansApi, '/api/v1/catalogs'],
    onSuccess: ({ files, snapshots }) => toast.success(t('done', { files, snapshots })),
    onError: ({ message }) => toast.error(message),
  })
}
