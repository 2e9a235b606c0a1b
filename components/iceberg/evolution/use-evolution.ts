'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { toast } from 'sonner'
import { useApi, useApiMutation } from '#lib/client/use-api.ts'
import { type TablePath, tableApi } from '../table-path.ts'

interface Evolution<Step, Preview> {
  path: TablePath
  /** Below the table's address. */
  part: 'schema' | 'partition-spec' | 'sort-order'
  /** The body of the change: what was looked at, and the steps. */
  body: (preview: Preview, changes: readonly Step[]) => unknown
  first?: Step | undefined
  onDone: () => void
}

/** Steps of a change, what they would do, and the commit. The preview is of the state that the commit then expects. */
export function useEvolution<Step, Preview>({ path, part, body, first, onDone }: Evolution<Step, Preview>) {
  const t = useTranslations('evolution')
  const [steps, setSteps] = useState<Step[]>(first === undefined ? [] : [first])
  const api = `${tableApi(path)}/${part}`
  const preview = useApi<Preview>(`${api}/preview`, {
    query: { changes: JSON.stringify(steps) },
    keepPrevious: true,
  })
  // What was seen last stays while a step is refused: the form is drawn from it.
  const last = useRef<Preview>(undefined)
  if (preview.data) last.current = preview.data
  const commit = useApiMutation<Preview>({
    method: 'POST',
    path: api,
    body: (seen) => body(seen, steps),
    refresh: [tableApi(path)],
    onSuccess: () => {
      toast.success(t(`done.${part}`))
      onDone()
    },
  })
  const change = (next: Step[]) => {
    commit.reset()
    setSteps(next)
  }
  return {
    steps,
    add: (step: Step) => change([...steps, step]),
    remove: (index: number) => change(steps.toSpliced(index, 1)),
    preview: preview.data ?? last.current,
    problem: commit.error ?? preview.error,
    ready: preview.data !== undefined && !preview.isPlaceholderData && !preview.error,
    pending: commit.isPending,
    commit: () => {
      if (preview.data) commit.mutate(preview.data)
    },
  }
}
