'use client'

import { CircleX, RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { type ApiProblem, problemOf } from '#lib/client/api.ts'
import { cn } from '#lib/client/cn.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'

/** Codes that have a sentence of their own in messages/<locale>/ui.json. */
const knownCodes = [
  'unreachable',
  'unexpected',
  'unauthenticated',
  'forbidden',
  'not-found',
  'unavailable',
  'too-many-requests',
  'internal',
  'conflict',
] as const
type KnownCode = (typeof knownCodes)[number]

const isKnown = (code: string): code is KnownCode => (knownCodes as readonly string[]).includes(code)

function useSentence(problem: ApiProblem) {
  const t = useTranslations('ui.problem')
  const known = isKnown(problem.code)
  return {
    title: known ? t(`${problem.code}.title`) : t('other.title'),
    advice: known ? t(`${problem.code}.advice`) : t('other.advice'),
  }
}

function RequestId({ id }: { id: string }) {
  const t = useTranslations('ui.problem')
  return (
    <span className="inline-flex items-center gap-1 text-faint text-xs">
      {t('requestId')} <code className="select-all">{id}</code>
      <CopyButton text={id} label={t('copyRequestId')} />
    </span>
  )
}

interface ErrorStateProps {
  error: unknown
  /** What failed, when the place does not say it: "The runs could not be read". */
  title?: ReactNode
  onRetry?: () => void
  className?: string
}

/** What failed, why, what to do, and the request id to ask with. */
export function ErrorState({ error, title, onRetry, className }: ErrorStateProps) {
  const t = useTranslations('ui')
  const problem = problemOf(error)
  const sentence = useSentence(problem)
  return (
    <div role="alert" className={cn('flex flex-col items-center gap-2 px-6 py-10 text-center', className)}>
      <span className="flex size-10 items-center justify-center rounded-md bg-bad-soft text-bad">
        <CircleX className="size-5" aria-hidden />
      </span>
      <p className="font-semibold text-base">{title ?? sentence.title}</p>
      <p className="max-w-xl text-soft text-sm">{problem.message}</p>
      <p className="max-w-xl text-soft text-sm">{sentence.advice}</p>
      {problem.requestId && <RequestId id={problem.requestId} />}
      {onRetry && (
        <Button icon={RefreshCw} onClick={onRetry} className="mt-2">
          {t('tryAgain')}
        </Button>
      )}
    </div>
  )
}

/** The same inside a form or a card. */
export function ProblemNote({ problem, className }: { problem: ApiProblem; className?: string }) {
  const sentence = useSentence(problem)
  return (
    <div
      role="alert"
      className={cn('flex gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad text-sm', className)}
    >
      <CircleX className="mt-0.5 size-4 shrink-0" aria-hidden />
      <div className="min-w-0">
        <p className="break-words">{problem.message || sentence.title}</p>
        {problem.requestId && <RequestId id={problem.requestId} />}
      </div>
    </div>
  )
}
