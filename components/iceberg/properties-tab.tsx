'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import { Card } from '#components/ui/card.tsx'
import { KeyValueList } from '#components/ui/key-value-list.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { TableDetail } from '#lib/api/catalog-schemas.ts'
import { PropertyList } from './properties/property-list.tsx'
import { type TablePath, tableApi } from './table-path.ts'
import { useCatalogActions } from './tree/use-catalog-actions.ts'

/** Identity, locations, refs, specs and the table's own properties. */
export function PropertiesTab({ path, detail }: { path: TablePath; detail: TableDetail }) {
  const t = useTranslations('catalog.properties')
  const { changeTable } = useCatalogActions(path)
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title={t('identity')}>
        <KeyValueList
          items={[
            { key: t('uuid'), value: detail.tableUuid, copy: detail.tableUuid, mono: true },
            { key: t('location'), value: detail.location, copy: detail.location, mono: true },
            {
              key: t('metadata'),
              value: detail.metadataLocation,
              copy: detail.metadataLocation,
              mono: true,
            },
            { key: t('format'), value: `Iceberg v${detail.formatVersion}` },
            {
              key: t('currentSnapshot'),
              value: detail.currentSnapshotId ?? '–',
              mono: true,
              ...(detail.currentSnapshotId ? { copy: detail.currentSnapshotId } : {}),
            },
            { key: t('sequence'), value: detail.lastSequenceNumber, mono: true },
            ...(detail.createdAt === null
              ? []
              : [{ key: t('created'), value: <AbsoluteTime value={detail.createdAt} seconds /> }]),
            { key: t('updated'), value: <AbsoluteTime value={detail.lastUpdatedAt} seconds /> },
          ]}
        />
      </Card>
      <div className="flex flex-col gap-4">
        <PropertyList
          owner={{ kind: 'table', api: tableApi(path) }}
          properties={detail.properties}
          mayChange={changeTable}
        />
        <Card title={t('refs')}>
          {detail.refs.length === 0 ? (
            <p className="text-soft text-sm">{t('noRefs')}</p>
          ) : (
            <KeyValueList
              items={detail.refs.map((ref) => ({
                key: (
                  <span className="inline-flex items-center gap-1.5">
                    <span className="font-mono text-xs">{ref.name}</span>
                    <Badge>{t(ref.type)}</Badge>
                  </span>
                ),
                value: ref.snapshotId,
                copy: ref.snapshotId,
                mono: true,
              }))}
            />
          )}
        </Card>
        <Card title={t('layout')}>
          <KeyValueList
            items={[
              ...detail.partitionSpecs.map((spec) => ({
                key: spec.current ? t('spec', { id: spec.specId }) : t('oldSpec', { id: spec.specId }),
                value:
                  spec.fields
                    .map(({ name, sourceName, transform }) =>
                      transform === 'identity' && name === sourceName
                        ? name
                        : `${name} = ${transform}(${sourceName ?? '?'})`,
                    )
                    .join(', ') || t('unpartitioned'),
                mono: true,
              })),
              {
                key: t('sortOrder'),
                value:
                  detail.sortOrder.fields
                    .map(({ sourceName, direction }) => `${sourceName ?? '?'} ${direction}`)
                    .join(', ') || t('unsorted'),
                mono: true,
              },
            ]}
          />
        </Card>
      </div>
    </div>
  )
}
