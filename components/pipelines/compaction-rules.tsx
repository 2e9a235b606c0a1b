'use client'

import { SlidersHorizontal } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { TableItem } from '#lib/api/catalog-schemas.ts'
import { useFormat } from '#lib/client/use-format.ts'

interface Rule {
  minInputFiles: number
  targetBytes: number
  smallFileBytes: number
  tables: number
}

/** The thresholds in force, each with how many tables follow it. */
function rulesOf(tables: readonly TableItem[]): Rule[] {
  const rules = new Map<string, Rule>()
  for (const { health } of tables) {
    if (!health) continue
    const { minInputFiles, targetBytes, smallFileBytes } = health
    const key = `${minInputFiles}:${smallFileBytes}:${targetBytes}`
    const known = rules.get(key)
    if (known) known.tables += 1
    else rules.set(key, { minInputFiles, targetBytes, smallFileBytes, tables: 1 })
  }
  return [...rules.values()].sort((a, b) => b.tables - a.tables)
}

/** When compaction starts by itself, in a sentence for each rule in force. */
export function CompactionRules({ tables }: { tables: readonly TableItem[] | undefined }) {
  const t = useTranslations('streams.rules')
  const format = useFormat()
  const rules = rulesOf(tables ?? [])
  if (rules.length === 0) return null
  return (
    <section className="flex gap-3 rounded-md border border-line bg-surface px-4 py-3 text-sm">
      <SlidersHorizontal className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden />
      <div className="min-w-0">
        <h2 className="font-medium">{t('title')}</h2>
        <ul className="text-soft">
          {rules.map((rule) => (
            <li key={`${rule.minInputFiles}:${rule.smallFileBytes}:${rule.targetBytes}`}>
              {t('sentence', {
                files: format.number(rule.minInputFiles),
                small: format.chosenBytes(rule.smallFileBytes),
                target: format.chosenBytes(rule.targetBytes),
                tables: format.number(rule.tables),
              })}
            </li>
          ))}
        </ul>
        <Link href="/maintenance/policies" className="mt-1 inline-block text-accent text-xs hover:underline">
          {t('change')}
        </Link>
      </div>
    </section>
  )
}
