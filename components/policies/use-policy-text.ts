'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { PolicyFieldItem } from '#lib/api/maintenance-policies.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { fieldKinds, type PolicyField, type PolicyValue } from './field-specs.ts'

/** Fields, values and origins of policies in words. */
export function usePolicyText() {
  const t = useTranslations('policies')
  const format = useFormat()
  return useMemo(() => {
    const value = (field: PolicyField, given: PolicyValue): string => {
      const { kind } = fieldKinds[field]
      if (given === null) return t(`none.${kind === 'schedule' || kind === 'window' ? kind : field}`)
      if (typeof given === 'boolean') return t(given ? 'on' : 'off')
      if (Array.isArray(given)) return given.join(', ')
      if (typeof given === 'object') {
        const days =
          given.days.length === 7 ? t('everyDay') : given.days.map((day) => t(`day.${day}`)).join(' ')
        return `${days} ${given.from}–${given.to} ${given.timeZone}`
      }
      if (kind === 'strategy') return t(`strategy.${given}`)
      if (kind === 'bytes') return format.chosenBytes(Number(given))
      if (kind === 'duration') return format.duration(Number(given))
      if (kind === 'share') return format.percent(Number(given), 0)
      return typeof given === 'number' ? format.number(given) : given
    }
    const place = (at: { kind: string; levels?: string[] }): string =>
      at.kind === 'namespace'
        ? t('origin.namespace', { name: at.levels?.join('.') ?? '' })
        : t(`origin.${at.kind}`)
    const origin = (from: PolicyFieldItem['origin']): string => {
      if (from.kind === 'preset') {
        return t('origin.preset', { preset: t(`preset.${from.preset}`), at: place(from.at) })
      }
      return from.kind === 'table-property' ? t('origin.property', { property: from.property }) : place(from)
    }
    return { value, origin, label: (field: PolicyField) => t(`field.${field}`) }
  }, [t, format])
}
