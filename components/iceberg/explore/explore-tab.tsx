'use client'

import { Download, Play, RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useCallback, useEffect, useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { TextArea } from '#components/ui/input.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { Skeleton, SkeletonLines } from '#components/ui/skeleton.tsx'
import { downloadText, toCsv } from '#lib/client/csv.ts'
import { useFormat } from '#lib/client/use-format.ts'
import type { TablePath } from '../table-path.ts'
import { type BrowserDatabase, openBrowserDatabase, type QueryAnswer } from './browser-database.ts'
import { type ExampleQuery, exampleQueries, readMetadataTables } from './metadata-tables.ts'
import { ResultTable } from './result-table.tsx'
import type { TypedTable } from './typed-table.ts'

type Tables = Record<string, TypedTable>

const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** DuckDB with the table's metadata in it, for as long as the tab is open. */
function useMetadataDatabase(path: TablePath) {
  const [database, setDatabase] = useState<BrowserDatabase | null>(null)
  const [tables, setTables] = useState<Tables | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [attempt, setAttempt] = useState(0)
  const { catalog, namespace, table } = path

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens again after a failure
  useEffect(() => {
    const controller = new AbortController()
    openBrowserDatabase(controller.signal).then(setDatabase, (caught: unknown) => {
      if (!controller.signal.aborted) setError(caught)
    })
    return () => {
      setDatabase(null)
      controller.abort()
    }
  }, [attempt])

  const load = useCallback(async (): Promise<void> => {
    if (!database) return
    setError(null)
    try {
      const read = await readMetadataTables({ catalog, namespace, table })
      for (const [name, rows] of Object.entries(read)) await database.load(name, rows)
      setTables(read)
    } catch (caught) {
      setError(caught)
    }
  }, [database, catalog, namespace, table])

  useEffect(() => void load(), [load])

  const retry = () => {
    setError(null)
    if (database) void load()
    else setAttempt((count) => count + 1)
  }
  return { database, tables, error, retry }
}

/** SQL over the table's snapshots, partitions and files, computed in the reader's browser. */
export function ExploreTab({ path }: { path: TablePath }) {
  const t = useTranslations('catalog.explore')
  const format = useFormat()
  const { database, tables, error, retry } = useMetadataDatabase(path)
  const [sql, setSql] = useState<string>(exampleQueries.growth)
  const [answer, setAnswer] = useState<QueryAnswer | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [running, setRunning] = useState(false)

  const run = useCallback(
    async (text: string): Promise<void> => {
      if (!database) return
      setRunning(true)
      setProblem(null)
      try {
        setAnswer(await database.query(text))
      } catch (caught) {
        setProblem(errorText(caught))
      } finally {
        setRunning(false)
      }
    },
    [database],
  )

  useEffect(() => {
    if (tables) void run(exampleQueries.growth)
  }, [tables, run])

  const runExample = (name: ExampleQuery) => {
    setSql(exampleQueries[name])
    void run(exampleQueries[name])
  }

  if (error) return <ErrorState error={error} title={t('failed')} onRetry={retry} />
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_16rem]">
      <Card
        flush
        title={t('title')}
        description={t('description')}
        actions={
          <Button size="sm" variant="ghost" icon={RefreshCw} disabled={!tables} onClick={retry}>
            {t('reload')}
          </Button>
        }
      >
        <div className="flex flex-col gap-3 p-4">
          <div className="flex flex-wrap items-center gap-2">
            <span className="text-faint text-xs">{t('examples')}</span>
            {(Object.keys(exampleQueries) as ExampleQuery[]).map((name) => (
              <Button key={name} size="sm" disabled={!tables} onClick={() => runExample(name)}>
                {t(`example.${name}`)}
              </Button>
            ))}
          </div>
          <TextArea
            aria-label={t('sql')}
            value={sql}
            rows={8}
            spellCheck={false}
            className="font-mono text-xs leading-5"
            onChange={(event) => setSql(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return
              event.preventDefault()
              void run(sql)
            }}
          />
          <div className="flex flex-wrap items-center gap-3">
            <Button
              variant="primary"
              icon={Play}
              loading={running}
              disabled={!tables || sql.trim() === ''}
              onClick={() => void run(sql)}
            >
              {t('run')}
            </Button>
            <span className="hidden items-center gap-1 text-faint text-xs sm:flex">
              <Kbd>Ctrl</Kbd>
              <Kbd>Enter</Kbd>
            </span>
            <span className="flex-1" />
            {answer && (
              <>
                <span className="text-faint text-xs" aria-live="polite">
                  {t(answer.cut ? 'rowsCut' : 'rows', {
                    count: format.number(answer.rows.length),
                    duration: format.duration(answer.milliseconds),
                  })}
                </span>
                <Button
                  size="sm"
                  icon={Download}
                  onClick={() =>
                    downloadText(`${path.table}-query.csv`, toCsv([answer.columns, ...answer.rows]))
                  }
                >
                  CSV
                </Button>
              </>
            )}
          </div>
          {problem && (
            <pre
              role="alert"
              className="overflow-x-auto whitespace-pre-wrap rounded-md bg-bad-soft px-3 py-2 text-bad text-xs"
            >
              {problem}
            </pre>
          )}
        </div>
        {answer ? (
          <ResultTable answer={answer} />
        ) : (
          !tables && (
            <div className="border-line border-t p-4">
              <p className="mb-3 text-soft text-sm">{t('starting')}</p>
              <SkeletonLines lines={5} />
            </div>
          )
        )}
      </Card>
      <Card title={t('tables')}>
        {tables ? (
          <div className="flex flex-col gap-4">
            {Object.entries(tables).map(([name, { columns, rows }]) => (
              <div key={name}>
                <p className="flex items-baseline justify-between font-medium font-mono text-xs">
                  {name}
                  <span className="font-normal font-sans text-faint">
                    {t('rowCount', { count: format.number(rows.length) })}
                  </span>
                </p>
                <p className="mt-1 break-words font-mono text-faint text-xs leading-5">
                  {columns.map((column) => column.name).join(', ')}
                </p>
              </div>
            ))}
            <p className="text-faint text-xs">{t('utc')}</p>
          </div>
        ) : (
          <Skeleton className="h-40" />
        )}
      </Card>
    </div>
  )
}
