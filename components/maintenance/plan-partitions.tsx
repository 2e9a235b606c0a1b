'use client'

import { useTranslations } from 'next-intl'
import type { PlanView } from '#lib/api/maintenance.ts'
import { useFormat } from '#lib/client/use-format.ts'

/** The partitions that rows leave, each with its rows, files and bytes. */
export function PlanPartitions({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance')
  const format = useFormat()
  const { partitions = [], partitionsRemoved = 0 } = plan.summary
  return (
    <div className="max-h-96 overflow-auto">
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-surface text-left text-faint text-xs">
          <tr className="border-line border-b">
            <th className="px-4 py-2 font-medium">{t('column.partition')}</th>
            <th className="px-4 py-2 text-right font-medium">{t('column.rows')}</th>
            <th className="px-4 py-2 text-right font-medium">{t('column.files')}</th>
            <th className="px-4 py-2 text-right font-medium">{t('column.bytes')}</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {partitions.map(({ name, rows, files, bytes }) => (
            <tr key={name}>
              <td className="break-all px-4 py-1.5 font-mono text-xs">{name}</td>
              <td className="px-4 py-1.5 text-right tabular-nums">{format.number(rows)}</td>
              <td className="px-4 py-1.5 text-right tabular-nums">{format.number(files)}</td>
              <td className="whitespace-nowrap px-4 py-1.5 text-right tabular-nums">{format.bytes(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {partitionsRemoved > partitions.length && (
        <p className="px-4 py-2 text-faint text-xs">
          {t('morePartitions', { count: format.number(partitionsRemoved - partitions.length) })}
        </p>
      )}
    </div>
  )
}
