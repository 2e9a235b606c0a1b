'use client'

import { useTranslations } from 'next-intl'
import { Select } from '#components/ui/select.tsx'
import type { SnapshotItem } from '#lib/api/catalog-schemas.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { useReferences } from '../snapshots/use-references.ts'
import { type TablePath, tableApi } from '../table-path.ts'
import { parseState, stateText, type TableState } from './table-state.ts'

/** Branches and tags, the newest snapshots, and the one that is chosen however old it is. */
export function SnapshotSelect({
  path,
  value,
  onChange,
  label,
}: {
  path: TablePath
  value: TableState
  onChange: (state: TableState) => void
  label: string
}) {
  const t = useTranslations('snapshots.select')
  const format = useFormat()
  const references = useReferences(path)
  const recent = useApi<ApiPage<SnapshotItem>>(`${tableApi(path)}/snapshots`, { query: { limit: 50 } })
  const options = [
    ...(references.data?.items ?? []).map(({ name, type, committedAt }) => ({
      value: stateText({ ref: name }),
      label: name,
      description: `${t(type)}${committedAt ? ` · ${format.time(committedAt, { seconds: true })}` : ''}`,
    })),
    ...(recent.data?.items ?? []).map(({ snapshotId, committedAt, operation }) => ({
      value: stateText({ snapshot: snapshotId }),
      label: snapshotId,
      description: `${operation} · ${format.time(committedAt, { seconds: true })}`,
    })),
  ]
  const chosen = stateText(value)
  if (!options.some((option) => option.value === chosen)) {
    const text = 'ref' in value ? value.ref : value.snapshot
    options.unshift({
      value: chosen,
      label: text,
      description: t('ref' in value ? 'reference' : 'snapshot'),
    })
  }
  return (
    <Select
      aria-label={label}
      value={chosen}
      onChange={(text) => onChange(parseState(text))}
      options={options}
      className="w-60 max-sm:w-auto max-sm:min-w-40 max-sm:flex-1"
    />
  )
}
