'use client'

import { useTranslations } from 'next-intl'
import { Stat, StatRow } from '#components/ui/stat.tsx'
import type { RangeTotals, VisitorsAnswer } from '#lib/analytics/visitors-answer.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { NumberMark } from './number-mark.tsx'

const kinds = [
  { metric: 'visitors', label: 'visitors', read: (totals: RangeTotals) => totals.visitors, digits: 0 },
  { metric: 'visits', label: 'visits', read: (totals: RangeTotals) => totals.visits, digits: 0 },
  {
    metric: 'visits-per-visitor',
    label: 'perVisitor',
    read: (totals: RangeTotals) => totals.visitsPerVisitor,
    digits: 1,
  },
] as const

/** The three numbers of the range, each against the period before. */
export function KpiRow({ answer }: { answer: VisitorsAnswer | undefined }) {
  const t = useTranslations('analytics')
  const format = useFormat()
  return (
    <StatRow className="grid-cols-1 sm:grid-cols-3">
      {kinds.map(({ metric, label, read, digits }) => {
        if (!answer) return <Stat key={metric} label={t(`metric.${label}`)} value={undefined} note=" " />
        const { totals, previousTotals, compare, covered } = answer
        // Numbers begin within the period before: less of it than of this one says nothing about growth.
        const partly =
          compare !== null && covered !== null && Date.parse(covered.from) > Date.parse(compare.from)
        const current = read(totals)
        const before = previousTotals && previousTotals.visits > 0 ? read(previousTotals) : null
        const write = (value: number) =>
          format.number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits })
        const estimated = !totals.exact && metric !== 'visits'
        const change = partly || current === null || before === null ? null : format.change(current, before)
        return (
          <Stat
            key={metric}
            label={t(`metric.${label}`)}
            value={
              current === null ? null : (
                <>
                  {estimated && (
                    <span className="mr-1 font-normal text-faint text-sm">{t('approximate')}</span>
                  )}
                  {write(current)}
                </>
              )
            }
            aside={
              <NumberMark
                metric={metric}
                answer={answer}
                {...(metric === 'visits-per-visitor'
                  ? {}
                  : {
                      accuracy:
                        metric === 'visits'
                          ? { count: totals.visits, exact: true, standardError: 0 }
                          : { ...totals, count: totals.visitors },
                    })}
              />
            }
            note={
              previousTotals === null ? undefined : before === null ? (
                t('noPrevious')
              ) : (
                <>
                  {change !== null && <span className="font-medium text-soft">{change} </span>}
                  {t(partly ? 'partlyPrevious' : 'previous', { value: write(before) })}
                </>
              )
            }
          />
        )
      })}
    </StatRow>
  )
}
