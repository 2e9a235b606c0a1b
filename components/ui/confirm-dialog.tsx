'use client'

import { TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useState } from 'react'
import type { ApiProblem } from '#lib/client/api.ts'
import { cn } from '#lib/client/cn.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ProblemNote } from './error-state.tsx'
import { Field } from './field.tsx'
import { Input } from './input.tsx'

interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  /** What will happen. */
  children?: ReactNode
  /** What will be lost, in numbers: `['3 snapshots', '1.2 GB', 'time travel before 12 July']`. */
  losses?: readonly ReactNode[]
  /** The name to type when it can't be undone. */
  typeName?: string
  /** The verb on the button. */
  action: string
  /** Red for what can't be undone (the default), plain for what can. */
  tone?: 'danger' | 'normal'
  onConfirm: () => void
  /** While what it would do is not known yet, or is nothing. */
  disabled?: boolean
  pending?: boolean
  /** What went wrong at the last try. */
  problem?: ApiProblem | null
}

/** Asks before something is lost: says in numbers what, and for the name where it can't be undone. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  losses = [],
  typeName,
  action,
  tone = 'danger',
  onConfirm,
  disabled = false,
  pending = false,
  problem,
}: ConfirmDialogProps) {
  const t = useTranslations('ui')
  const [typed, setTyped] = useState('')
  useEffect(() => {
    if (!open) setTyped('')
  }, [open])
  const blocked = typeName !== undefined && typed !== typeName
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      size="sm"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t('cancel')}</Button>
          <Button
            variant={tone === 'danger' ? 'danger' : 'primary'}
            disabled={blocked || disabled}
            loading={pending}
            onClick={onConfirm}
          >
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        {children !== undefined && <div className="text-soft">{children}</div>}
        {losses.length > 0 && (
          <div
            className={cn(
              'flex gap-2 rounded-md px-3 py-2',
              tone === 'danger' ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-ink',
            )}
          >
            <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
            <div>
              <p className="font-medium">{t(tone === 'danger' ? 'willBeLost' : 'willGo')}</p>
              <ul className="list-disc pl-4">
                {losses.map((loss, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of sentences without identity
                  <li key={index}>{loss}</li>
                ))}
              </ul>
            </div>
          </div>
        )}
        {typeName !== undefined && (
          <Field label={t('typeToConfirm', { name: typeName })}>
            {(control) => (
              <Input
                {...control}
                value={typed}
                autoComplete="off"
                spellCheck={false}
                className="font-mono"
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        )}
        {problem && <ProblemNote problem={problem} />}
      </div>
    </Dialog>
  )
}
