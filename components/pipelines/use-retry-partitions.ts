'use client'

import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { useApiMutation } from '#lib/client/use-api.ts'

/** Has failed files or partitions of a source read again: the named ones, or all. */
export function useRetryPartitions(sourceId: string) {
  const t = useTranslations('streams.partitions')
  return useApiMutation<string[] | undefined, { retried: number }>({
    method: 'POST',
    path: `/api/v1/sources/${sourceId}/partitions/retry`,
    body: (names) => (names ? { names } : {}),
    refresh: ['/api/v1/sources'],
    onSuccess: ({ retried }) => toast.success(t('retried', { count: retried })),
    onError: (problem) => toast.error(problem.message),
  })
}
