'use client'

import { CodeXml, FileJson, SearchX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { FilterBox } from '#components/ui/data-table/filter-box.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { problemOf } from '#lib/client/api.ts'
import { endpointsOf, OpenApiSchema } from '#lib/client/openapi/document.ts'
import { useApi } from '#lib/client/use-api.ts'
import { EndpointDetails } from './endpoint-details.tsx'

const documentPath = '/api/v1/openapi.json'

/** The API's own description, drawn: every endpoint with parameters, types and a call to copy. */
export function ApiDocsPage() {
  const t = useTranslations('api-docs')
  const document = useApi<unknown>(documentPath, { staleTime: Number.POSITIVE_INFINITY })
  const parsed = useMemo(
    () => (document.data ? OpenApiSchema.safeParse(document.data) : null),
    [document.data],
  )
  const endpoints = useMemo(() => (parsed?.success ? endpointsOf(parsed.data) : []), [parsed])
  const schemas = (parsed?.success && parsed.data.components?.schemas) || {}
  const [filter, setFilter] = useQueryState('filter', parseAsString.withDefault(''))

  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const shown = endpoints.filter(({ method, path, summary, tag }) =>
    words.every((word) => `${method} ${path} ${summary} ${tag}`.toLowerCase().includes(word)),
  )
  const tags = [...new Set(shown.map(({ tag }) => tag))].sort()
  const error = document.error ?? (parsed && !parsed.success ? problemOf(parsed.error) : null)

  return (
    <Page>
      <PageHeader
        icon={CodeXml}
        title={t('title')}
        description={t('text')}
        action={
          <Button asChild>
            <a href={documentPath} target="_blank" rel="noreferrer">
              <FileJson aria-hidden />
              {t('document')}
            </a>
          </Button>
        }
      />
      <Basics />
      {error ? (
        <ErrorState error={error} onRetry={() => void document.refetch()} />
      ) : !document.data ? (
        <Card>
          <SkeletonLines lines={8} />
        </Card>
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-3">
            <FilterBox
              value={filter}
              onChange={(text) => void setFilter(text || null)}
              fields={[]}
              placeholder={t('filter')}
            />
            <span className="ml-auto text-faint text-xs" aria-live="polite">
              {t('count', { count: shown.length })}
            </span>
          </div>
          {shown.length === 0 ? (
            <EmptyState icon={SearchX} title={t('none')} />
          ) : (
            tags.map((tag) => (
              <Card key={tag} title={<span className="capitalize">{tag}</span>} flush>
                <ul className="divide-y divide-line">
                  {shown
                    .filter((endpoint) => endpoint.tag === tag)
                    .map((endpoint) => (
                      <li key={endpoint.id}>
                        <EndpointDetails endpoint={endpoint} schemas={schemas} />
                      </li>
                    ))}
                </ul>
              </Card>
            ))
          )}
        </>
      )}
    </Page>
  )
}

function Basics() {
  const t = useTranslations('api-docs')
  return (
    <dl className="grid gap-px overflow-hidden rounded-md border border-line bg-line md:grid-cols-3 [&>div]:bg-surface [&>div]:p-4">
      {(['auth', 'paging', 'errors'] as const).map((topic) => (
        <div key={topic}>
          <dt className="font-medium">{t(topic)}</dt>
          <dd className="mt-1 text-soft text-sm">{t(`${topic}Text`)}</dd>
        </div>
      ))}
    </dl>
  )
}
