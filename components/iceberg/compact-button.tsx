'use client'

import { Combine } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { Button } from '#components/ui/button.tsx'
import { Tooltip } from '#components/ui/tooltip.tsx'
import { useApiMutation } from '#lib/client/use-api.ts'
import { type TablePath, tableApi } from './table-path.ts'
import { useCatalogActions } from './tree/use-catalog-actions.ts'

/** Merges the table's small files now; who may not sees why. */
export function CompactButton({ path, disabled = false }: { path: TablePath; disabled?: boolean }) {
  const t = useTranslations('catalog.compact')
  const changes = useTranslations('catalog-changes')
  const router = useRouter()
  const { changeTable: allowed, readOnly } = useCatalogActions(path)
  const compact = useApiMutation<void, { runId: string; started: boolean }>({
    method: 'POST',
    path: `${tableApi(path)}/compact`,
    body: () => undefined,
    refresh: ['/api/v1/runs', tableApi(path)],
    onSuccess: ({ runId, started }) =>
      toast.success(started ? t('started') : t('alreadyRunning'), {
        duration: 10_000,
        action: { label: t('watch'), onClick: () => router.push(`/runs/${runId}`) },
      }),
    onError: (problem) => toast.error(t('failed'), { description: problem.message }),
  })
  const button = (
    <Button
      icon={Combine}
      loading={compact.isPending}
      disabled={disabled}
      aria-disabled={!allowed}
      onClick={() => {
        if (allowed) compact.mutate()
      }}
    >
      {t('now')}
    </Button>
  )
  return allowed ? (
    button
  ) : (
    <Tooltip content={readOnly ? changes('readOnlyHint') : t('needsEngineer')}>
      {<span>{button}</span>}
    </Tooltip>
  )
}
