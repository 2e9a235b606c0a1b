'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { ApiProblem } from '#lib/client/api.ts'

interface EvolveDialogProps {
  title: string
  description: string
  /** The form that makes the next step. */
  children: ReactNode
  /** The steps so far, in words. */
  steps: readonly string[]
  onRemove: (index: number) => void
  /** What the table would be like; null while it is refused. */
  preview: ReactNode
  problem: ApiProblem | null
  action: string
  ready: boolean
  pending: boolean
  onCommit: () => void
  onClose: () => void
}

/** A change of a table made of steps: what it would do is shown before it is committed. */
export function EvolveDialog(props: EvolveDialogProps) {
  const { steps, problem, preview } = props
  const t = useTranslations('evolution')
  const ui = useTranslations('ui')
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={props.title}
      description={props.description}
      size="lg"
      footer={
        <>
          <Button onClick={props.onClose}>{ui('cancel')}</Button>
          <Button
            variant="primary"
            disabled={!props.ready || steps.length === 0}
            loading={props.pending}
            onClick={props.onCommit}
          >
            {props.action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {props.children}
        {steps.length > 0 && (
          <section className="flex flex-col gap-2 border-line border-t pt-4">
            <h3 className="font-medium text-sm">{t('steps')}</h3>
            <ol className="flex flex-col gap-1 text-sm">
              {steps.map((text, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place
                <li key={index} className="flex items-center gap-2 rounded-md bg-subtle py-0.5 pr-1 pl-3">
                  <span className="min-w-0 flex-1 break-all">{text}</span>
                  <IconButton
                    icon={X}
                    size="sm"
                    label={t('removeStep', { number: index + 1 })}
                    onClick={() => props.onRemove(index)}
                  />
                </li>
              ))}
            </ol>
          </section>
        )}
        {problem && <ProblemNote problem={problem} />}
        {steps.length > 0 && !problem && preview !== null && (
          <section className="flex flex-col gap-2 border-line border-t pt-4">
            <h3 className="font-medium text-sm">{t('preview')}</h3>
            {preview}
          </section>
        )}
      </div>
    </Dialog>
  )
}
