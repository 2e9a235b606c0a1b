'use client'

import { EllipsisVertical, KeyRound, PencilRuler } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsInteger, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { DropdownMenu } from '#components/ui/dropdown-menu.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Select } from '#components/ui/select.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import type { TableDetail } from '#lib/api/catalog-schemas.ts'
import type { FieldDifferenceItem } from '#lib/api/evolution.ts'
import { useApi } from '#lib/client/use-api.ts'
import { FieldDifferences } from './evolution/field-differences.tsx'
import { SchemaDialog } from './evolution/schema-dialog.tsx'
import { columnsFor, type SchemaAction, schemaActions } from './evolution/schema-steps.ts'
import { type TablePath, tableApi } from './table-path.ts'
import { useCatalogActions } from './tree/use-catalog-actions.ts'

/** The columns of a schema version, what any other version had differently, and the way to change them. */
export function SchemaTab({ path, detail }: { path: TablePath; detail: TableDetail }) {
  const t = useTranslations('catalog.schema')
  const [start, setStart] = useState<{ action: SchemaAction; column?: string } | null>(null)
  const [chosen, setChosen] = useQueryStates(
    { schema: parseAsInteger, against: parseAsInteger },
    { history: 'push' },
  )
  const mayChange = useCatalogActions(path).changeTable
  const index = detail.schemas.findIndex(
    ({ schemaId }) => schemaId === (chosen.schema ?? detail.currentSchemaId),
  )
  const schema = detail.schemas[index] ?? detail.schema
  const against =
    detail.schemas.find(({ schemaId }) => schemaId === chosen.against) ?? detail.schemas[index - 1]
  const versionLabel = ({ schemaId, current }: { schemaId: number; current: boolean }) =>
    current ? t('currentVersion', { id: schemaId }) : t('oldVersion', { id: schemaId })
  return (
    <div className="flex flex-col gap-4">
      {detail.schemas.length > 1 && against && (
        <Comparison
          path={path}
          from={against.schemaId}
          to={schema.schemaId}
          controls={
            <>
              <Select
                aria-label={t('against')}
                value={String(against.schemaId)}
                onChange={(id) => void setChosen({ against: Number(id) })}
                options={detail.schemas.map((one) => ({
                  value: String(one.schemaId),
                  label: versionLabel(one),
                }))}
                className="w-34 sm:w-40"
              />
              <span aria-hidden className="text-faint">
                →
              </span>
              <Select
                aria-label={t('version')}
                value={String(schema.schemaId)}
                onChange={(id) => void setChosen({ schema: Number(id) })}
                options={detail.schemas.map((one) => ({
                  value: String(one.schemaId),
                  label: versionLabel(one),
                }))}
                className="w-34 sm:w-40"
              />
            </>
          }
        />
      )}
      <ColumnsCard
        detail={detail}
        schema={schema}
        title={
          schema.current
            ? t('columns', { count: schema.fields.length })
            : t('columnsOf', { count: schema.fields.length, id: schema.schemaId })
        }
        onChange={mayChange && schema.current ? setStart : null}
      />
      {start && <SchemaDialog path={path} start={start} onClose={() => setStart(null)} />}
    </div>
  )
}

function Comparison({
  path,
  from,
  to,
  controls,
}: {
  path: TablePath
  from: number
  to: number
  controls: React.ReactNode
}) {
  const t = useTranslations('catalog.schema')
  const compared = useApi<{ differences: FieldDifferenceItem[] }>(`${tableApi(path)}/schema/compare`, {
    query: { from, to },
    keepPrevious: true,
  })
  return (
    <Card title={t('history')} actions={controls}>
      {compared.data ? (
        <FieldDifferences differences={compared.data.differences} />
      ) : compared.error ? (
        <ErrorState error={compared.error} onRetry={() => void compared.refetch()} />
      ) : (
        <Skeleton className="h-16" />
      )}
    </Card>
  )
}

interface ColumnsCardProps {
  detail: TableDetail
  schema: TableDetail['schema']
  title: string
  onChange: ((start: { action: SchemaAction; column?: string }) => void) | null
}

/** The columns with ids, types, and how they are used by partition spec and sort order. */
function ColumnsCard({ detail, schema, title, onChange }: ColumnsCardProps) {
  const t = useTranslations('catalog.schema')
  const evolve = useTranslations('evolution.schema')
  const partitionedBy = new Map(detail.partitionSpec.fields.map((field) => [field.sourceId, field]))
  const sortedBy = new Map(detail.sortOrder.fields.map((field) => [field.sourceId, field]))
  const menuOf = (field: TableDetail['schema']['fields'][number]) => {
    const placed = { ...field, parentId: null, default: null }
    const offered = schemaActions.filter(
      (action) =>
        action !== 'add-column' &&
        (action !== 'set-default' || detail.formatVersion >= 3) &&
        columnsFor(action, [placed]).length > 0,
    )
    const item = (action: SchemaAction) => ({
      label: evolve(`actions.${action}`),
      onSelect: () => onChange?.({ action, column: field.name }),
    })
    return [
      offered.filter((action) => action !== 'drop-column').map(item),
      [{ ...item('drop-column'), tone: 'danger' as const }],
    ]
  }
  return (
    <Card
      flush
      title={title}
      actions={
        onChange && (
          <Button icon={PencilRuler} onClick={() => onChange({ action: 'add-column' })}>
            {t('change')}
          </Button>
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
              {onChange && <th className="w-10" aria-label={t('change')} />}
            </tr>
          </thead>
          <tbody>
            {schema.fields.map((field) => {
              const partition = partitionedBy.get(field.id)
              const sort = sortedBy.get(field.id)
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
                  {onChange && (
                    <td className="text-right">
                      <DropdownMenu
                        trigger={
                          <IconButton
                            icon={EllipsisVertical}
                            size="sm"
                            label={t('changeColumn', { name: field.name })}
                            tooltip={false}
                          />
                        }
                        groups={menuOf(field)}
                      />
                    </td>
                  )}
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </Card>
  )
}
