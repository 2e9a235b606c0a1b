'use client'

import { CircleAlert, CircleCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { LedgerCheck } from '#lib/api/sources.ts'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'

/**
 * Whether the recorded ranges cover each partition without gap and without reading anything twice. `failed` files or
 * partitions are not read (to their end): what was read may be whole, but it is not everything.
 */
export function LedgerVerdict({ ledger, failed }: { ledger: LedgerCheck; failed: number }) {
  const t = useTranslations('streams.ledger')
  const format = useFormat()
  const whole = ledger.gaps === 0 && ledger.overlaps === 0
  const Icon = whole && failed === 0 ? CircleCheck : CircleAlert
  return (
    <section
      className={cn(
        'flex items-start gap-3 rounded-md border px-4 py-3 text-sm',
        whole ? 'border-line bg-surface' : 'border-bad/40 bg-bad-soft',
      )}
    >
      <Icon
        className={cn(
          'mt-0.5 size-4 shrink-0',
          whole ? 'text-ok' : 'text-bad',
          whole && failed > 0 && 'text-warn',
        )}
        aria-hidden
      />
      <div className="min-w-0">
        <p className="font-medium">
          {ledger.ranges === 0
            ? t('nothing')
            : whole
              ? failed > 0
                ? t('wholeButFailed', { failed: format.number(failed) })
                : t('whole')
              : t('broken', { gaps: ledger.gaps, overlaps: ledger.overlaps })}
        </p>
        <p className="text-soft text-xs">
          {t('evidence', {
            ranges: format.number(ledger.ranges),
            partitions: format.number(ledger.partitions),
            rows: format.number(ledger.rows),
          })}
        </p>
        {ledger.findings.length > 0 && (
          <ul className="mt-1 font-mono text-xs">
            {ledger.findings.slice(0, 10).map((finding) => (
              <li key={`${finding.kind}${finding.partition}${finding.from}`} className="break-all">
                {t(finding.kind)} · {finding.partition} · [{finding.from}, {finding.to})
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}
