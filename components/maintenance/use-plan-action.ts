'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import type { TablePath } from '#components/iceberg/table-path.ts'
import { useApiMutation } from '#lib/client/use-api.ts'
import { planHref, plansApi } from './plan-names.tsx'

export interface PlanWish {
  path: TablePath
  action:
    | 'compaction'
    | 'tag-snapshots'
    | 'expire-snapshots'
    | 'remove-orphan-files'
    | 'rewrite-manifests'
    | 'delete-old-rows'
  options?: {
    maxSnapshotAgeMs?: number
    minSnapshotsToKeep?: number
    minAgeMs?: number
    allFiles?: boolean
  }
}

/** Asks for a plan and opens its page, where it appears as soon as a worker has made it. */
export function usePlanAction(options: { onOpened?: () => void } = {}) {
  const t = useTranslations('maintenance')
  const router = useRouter()
  return useApiMutation<PlanWish, { planId: string; created: boolean }>({
    method: 'POST',
    path: plansApi,
    body: ({ path, ...wish }) => ({ ...path, ...wish }),
    refresh: [plansApi],
    onSuccess: ({ planId }) => {
      options.onOpened?.()
      router.push(planHref(planId))
    },
    onError: ({ message }) => toast.error(t('planFailed'), { description: message }),
  })
}
