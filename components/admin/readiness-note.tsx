'use client'

import { useQuery } from '@tanstack/react-query'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { z } from 'zod'

const ReadinessSchema = z.object({
  status: z.enum(['ok', 'unavailable']),
  checks: z.record(z.string(), z.string()).optional(),
})

const named = ['database', 'store', 'workers'] as const

/** `GET /readiness` in words. Its 503 carries the reasons, so it is read as an answer, not as an error. */
export function ReadinessNote() {
  const t = useTranslations('admin.system')
  const readiness = useQuery({
    queryKey: ['/readiness'],
    queryFn: async ({ signal }) =>
      ReadinessSchema.parse(await (await fetch('/readiness', { signal })).json()),
    refetchInterval: 5_000,
  })
  if (!readiness.data) return null
  if (readiness.data.status === 'ok') {
    return (
      <p className="flex items-center gap-2 rounded-md bg-ok-soft px-3 py-2 text-ok text-sm">
        <CircleCheck className="size-4 shrink-0" aria-hidden />
        <span className="font-medium">{t('ready')}</span>
        <span>{t('readyText')}</span>
      </p>
    )
  }
  const part = (name: string) => {
    const found = named.find((known) => known === name)
    return found ? t(`check.${found}`) : name
  }
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">
      <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
      <div>
        <p className="font-medium">{t('notReady')}</p>
        <ul>
          {Object.entries(readiness.data.checks ?? {}).map(([name, reason]) => (
            <li key={name}>
              {part(name)}: {reason}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
