'use client'

import type { z } from 'zod'
import type { VisitorsAnswer } from '#lib/analytics/visitors-answer.ts'
import type { RunItem } from '#lib/api/runs.ts'
import type { SourceItem } from '#lib/api/sources.ts'
import type { SystemSchema } from '#lib/api/system.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { useTables } from '#lib/client/use-tables.ts'

/** Runs and flow move every second; numbers change with commits, every ten. */
const fastMs = 2_000
const slowMs = 5_000

/** A day in which a failed run still asks for attention. */
const recentMs = 86_400_000

/** The newest day's visitors by hour with the day before; a 404 only says that no site is counted yet. */
export const useNewestDay = () =>
  useApi<VisitorsAnswer>('/api/v1/analytics/visitors/hour', {
    query: { compare: 'previous', fill: true },
    refetchInterval: slowMs,
  })

export const useSources = () =>
  useApi<ApiPage<SourceItem>>('/api/v1/sources', { query: { limit: 100 }, refetchInterval: fastMs })

export const useOpenRuns = () =>
  useApi<ApiPage<RunItem>>('/api/v1/runs', {
    query: { state: 'queued,running', limit: 50 },
    refetchInterval: fastMs,
  })

export const useSystem = () =>
  useApi<z.infer<typeof SystemSchema>>('/api/v1/system', { refetchInterval: slowMs })

export const useLiveTables = () => useTables(slowMs)

/** Failed runs of the last day. */
export function useFailedRuns(): RunItem[] {
  const runs = useApi<ApiPage<RunItem>>('/api/v1/runs', {
    query: { state: 'failed', limit: 20 },
    refetchInterval: slowMs,
  })
  return (runs.data?.items ?? []).filter(
    ({ finishedAt, createdAt }) => Date.now() - Date.parse(finishedAt ?? createdAt) < recentMs,
  )
}
