'use client'

import { useTranslations } from 'next-intl'
import { Badge, type Tone } from '#components/ui/badge.tsx'
import type { FieldDifferenceItem, PlacedFieldItem } from '#lib/api/evolution.ts'

const tones: Record<FieldDifferenceItem['change'], Tone> = { added: 'ok', dropped: 'bad', changed: 'accent' }

const optionality = (field: PlacedFieldItem, t: (key: 'required' | 'optional') => string) =>
  t(field.required ? 'required' : 'optional')

/** `before → after` of a change, where there is something to say beside its name. */
function useDetail() {
  const t = useTranslations('evolution.differences')
  return (kind: FieldDifferenceItem['kinds'][number], before: PlacedFieldItem, after: PlacedFieldItem) => {
    switch (kind) {
      case 'renamed':
        return `${before.name} → ${after.name}`
      case 'type':
        return `${before.type} → ${after.type}`
      case 'optional':
      case 'required':
        return `${optionality(before, t)} → ${optionality(after, t)}`
      case 'doc':
        return `${before.doc ?? '–'} → ${after.doc ?? '–'}`
      case 'default':
        return `${before.default ?? '–'} → ${after.default ?? '–'}`
      default:
        return null
    }
  }
}

/** What became of each field id, one line each. */
export function FieldDifferences({ differences }: { differences: readonly FieldDifferenceItem[] }) {
  const t = useTranslations('evolution.differences')
  const detail = useDetail()
  if (differences.length === 0) return <p className="text-soft text-sm">{t('none')}</p>
  return (
    <ul aria-label={t('label')} className="flex flex-col divide-y divide-line text-sm">
      {differences.map(({ fieldId, change, kinds, before, after }) => {
        const field = after ?? before
        if (!field) return null
        return (
          <li key={fieldId} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2">
            <span className="w-8 shrink-0 text-right text-faint text-xs">{fieldId}</span>
            <span
              className={`min-w-0 break-all font-mono text-xs ${change === 'dropped' ? 'text-faint line-through' : ''}`}
            >
              {field.name}
            </span>
            {change === 'changed' ? (
              kinds.map((kind) => {
                const text = before && after ? detail(kind, before, after) : null
                return (
                  <span key={kind} className="inline-flex min-w-0 flex-wrap items-baseline gap-1.5">
                    <Badge tone={tones.changed}>{t(`kind.${kind}`)}</Badge>
                    {text !== null && <span className="break-all text-soft text-xs">{text}</span>}
                  </span>
                )
              })
            ) : (
              <>
                <Badge tone={tones[change]}>{t(change)}</Badge>
                <span className="break-all font-mono text-soft text-xs">
                  {field.type}
                  {field.required ? ` · ${t('required')}` : ''}
                </span>
                {change === 'added' && field.default !== null && (
                  <span className="text-soft text-xs">{t('default', { value: field.default })}</span>
                )}
                {change === 'added' && field.doc !== null && (
                  <span className="text-faint text-xs">{field.doc}</span>
                )}
              </>
            )}
          </li>
        )
      })}
    </ul>
  )
}
