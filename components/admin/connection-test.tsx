'use client'

import { CircleCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ConnectionTarget } from '#lib/api/catalog-connections.ts'
import { useApiMutation } from '#lib/client/use-api.ts'

export interface ConnectionTestResult {
  milliseconds: number
  namespaces: number
  missingEndpoints: string[]
}

/** Tries a connection without keeping it; `id` lets it use the stored secret. */
export const useConnectionTest = () =>
  useApiMutation<ConnectionTarget & { id?: string }, ConnectionTestResult>({
    method: 'POST',
    path: '/api/v1/catalog-connections/test',
  })

/** That a connection works, and what its server does not offer. */
export function ConnectionWorks({ result }: { result: ConnectionTestResult }) {
  const t = useTranslations('admin.catalogs')
  const { milliseconds, namespaces, missingEndpoints } = result
  return (
    <div role="status" className="flex gap-2 rounded-md bg-ok-soft px-3 py-2 text-ok text-sm">
      <CircleCheck className="mt-0.5 size-4 shrink-0" aria-hidden />
      <div className="min-w-0">
        <p>{t('works', { namespaces, milliseconds })}</p>
        {missingEndpoints.length > 0 && (
          <p className="break-words text-soft text-xs">
            {t('missing', { endpoints: missingEndpoints.join(', ') })}
          </p>
        )}
      </div>
    </div>
  )
}
