'use client'

import { KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Badge } from '#components/ui/badge.tsx'
import { Card } from '#components/ui/card.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Select } from '#components/ui/select.tsx'
import type { SchemaVersion, TableDetail } from '#lib/api/catalog-schemas.ts'

type Change = 'added' | 'renamed' | 'changed'

/** What a schema did to each field compared with the one before it. */
function changesSince(previous: SchemaVersion | undefined, schema: SchemaVersion): Map<number, Change> {
  const changes = new Map<number, Change>()
  if (!previous) return changes
  const before = new Map(previous.fields.map((field) => [field.id, field]))
  for (const field of schema.fields) {
    const old = before.get(field.id)
    if (!old) changes.set(field.id, 'added')
    else if (old.name !== field.name) changes.set(field.id, 'renamed')
    else if (old.type !== field.type || old.required !== field.required) changes.set(field.id, 'changed')
  }
  return changes
}

/** The columns of a schema version with ids, types, and how they are used by partition spec and sort order. */
export function SchemaTab({ detail }: { detail: TableDetail }) {
  const t = useTranslations('catalog.schema')
  const [chosen, setChosen] = useState(String(detail.currentSchemaId))
  const index = detail.schemas.findIndex(({ schemaId }) => String(schemaId) === chosen)
  const schema = detail.schemas[index] ?? detail.schema
  const previous = detail.schemas[index - 1]
  const changes = changesSince(previous, schema)
  const dropped = previous?.fields.filter((field) => !schema.fields.some(({ id }) => id === field.id)) ?? []
  const partitionedBy = new Map(detail.partitionSpec.fields.map((field) => [field.sourceId, field]))
  const sortedBy = new Map(detail.sortOrder.fields.map((field) => [field.sourceId, field]))
  return (
    <Card
      flush
      title={t('columns', { count: schema.fields.length })}
      description={
        dropped.length > 0 ? t('dropped', { names: dropped.map(({ name }) => name).join(', ') }) : undefined
      }
      actions={
        detail.schemas.length > 1 && (
          <Select
            aria-label={t('version')}
            value={chosen}
            onChange={setChosen}
            options={detail.schemas.map(({ schemaId, current }) => ({
              value: String(schemaId),
              label: current ? t('currentVersion', { id: schemaId }) : t('oldVersion', { id: schemaId }),
            }))}
          />
        )
      }
    >
      <div className="overflow-x-auto">
        <table className="w-full text-sm">
          <thead>
            <tr className="border-line border-b text-left text-faint text-xs [&>th]:h-8 [&>th]:px-4 [&>th]:font-medium">
              <th className="w-12 text-right">{t('id')}</th>
              <th>{t('name')}</th>
              <th>{t('type')}</th>
              <th>{t('required')}</th>
              <th>{t('use')}</th>
              <th className="hidden md:table-cell">{t('doc')}</th>
            </tr>
          </thead>
          <tbody>
            {schema.fields.map((field) => {
              const partition = partitionedBy.get(field.id)
              const sort = sortedBy.get(field.id)
              const change = changes.get(field.id)
              return (
                <tr
                  key={field.id}
                  className="group border-line border-b last:border-0 hover:bg-subtle [&>td]:h-9 [&>td]:px-4"
                >
                  <td className="text-right text-faint">{field.id}</td>
                  <td>
                    <span className="inline-flex items-center gap-1 whitespace-nowrap font-mono text-xs">
                      {field.name}
                      {schema.identifierFieldIds.includes(field.id) && (
                        <KeyRound className="size-3.5 text-faint" aria-label={t('identifier')} />
                      )}
                      <span className="opacity-0 transition-opacity focus-within:opacity-100 group-hover:opacity-100">
                        <CopyButton text={field.name} />
                      </span>
                      {change && <Badge tone="accent">{t(change)}</Badge>}
                    </span>
                  </td>
                  <td className="font-mono text-soft text-xs">{field.type}</td>
                  <td className="text-soft">{field.required ? t('yes') : t('no')}</td>
                  <td>
                    <span className="inline-flex gap-1">
                      {partition && <Badge>{t('partition', { transform: partition.transform })}</Badge>}
                      {sort && <Badge>{t('sort', { direction: sort.direction })}</Badge>}
                    </span>
                  </td>
                  <td className="hidden text-soft md:table-cell">{field.doc ?? ''}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </Card>
  )
}
