'use client'

import {
  keepPreviousData,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { type ApiProblem, apiGet, apiSend, type Query } from './api.ts'

interface UseApiOptions {
  query?: Query
  /** Milliseconds between refreshes; off without it. Pauses while the tab is hidden. */
  refetchInterval?: number | false
  enabled?: boolean
  /** Keep showing the answer to the question before while a new one is fetched. */
  keepPrevious?: boolean
  staleTime?: number
}

/** Reads `path`. A null path asks nothing (yet). */
export function useApi<T>(path: string | null, options: UseApiOptions = {}): UseQueryResult<T, ApiProblem> {
  return useQuery<T, ApiProblem>({
    queryKey: [path, options.query ?? {}],
    queryFn: ({ signal }) => apiGet<T>(path ?? '', options.query, signal),
    enabled: path !== null && (options.enabled ?? true),
    refetchInterval: options.refetchInterval ?? false,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
  })
}

/** A page of any list of the API. */
export interface ApiPage<Item> {
  items: Item[]
  nextCursor: string | null
  /** Items of all pages, where the list knows. */
  total?: number
}

/** Reads a list page by page; `items` is what has come so far. A refresh reads all fetched pages again. */
export function useApiPages<Item>(path: string | null, options: UseApiOptions = {}) {
  const result = useInfiniteQuery<
    ApiPage<Item>,
    ApiProblem,
    { pages: ApiPage<Item>[] },
    unknown[],
    string | null
  >({
    queryKey: [path, options.query ?? {}, 'pages'],
    queryFn: ({ signal, pageParam }) =>
      apiGet<ApiPage<Item>>(path ?? '', { ...options.query, cursor: pageParam }, signal),
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
    enabled: path !== null && (options.enabled ?? true),
    refetchInterval: options.refetchInterval ?? false,
    placeholderData: keepPreviousData,
  })
  return { ...result, items: result.data?.pages.flatMap((page) => page.items) }
}

interface UseApiMutationOptions<Variables, Result> {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string | ((variables: Variables) => string)
  /** The request's body; by default the variables themselves, for DELETE none. */
  body?: (variables: Variables) => unknown
  /** Starts of paths whose answers are read again after success: `['/api/v1/users']`. */
  refresh?: string[]
  onSuccess?: (result: Result, variables: Variables) => void
  onError?: (problem: ApiProblem, variables: Variables) => void
}

/** A change through the API, with the lists that show its effect read again. */
export function useApiMutation<Variables = void, Result = unknown>(
  options: UseApiMutationOptions<Variables, Result>,
) {
  const client = useQueryClient()
  return useMutation<Result, ApiProblem, Variables>({
    mutationFn: (variables) =>
      apiSend<Result>(
        options.method,
        typeof options.path === 'function' ? options.path(variables) : options.path,
        options.body ? options.body(variables) : options.method === 'DELETE' ? undefined : variables,
      ),
    onSuccess: async (result, variables) => {
      options.onSuccess?.(result, variables)
      const prefixes = options.refresh ?? []
      if (prefixes.length === 0) return
      await client.invalidateQueries({
        predicate: ({ queryKey: [path] }) =>
          typeof path === 'string' && prefixes.some((prefix) => path.startsWith(prefix)),
      })
    },
    onError: (problem, variables) => options.onError?.(problem, variables),
  })
}
