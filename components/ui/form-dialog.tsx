'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import type { FieldValues, UseFormReturn } from 'react-hook-form'
import type { ApiProblem } from '#lib/client/api.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ProblemNote } from './error-state.tsx'
import { Form, hasPlaces, showProblem } from './form.tsx'

interface FormDialogProps<Values extends FieldValues> {
  form: UseFormReturn<Values, unknown, Values>
  onSubmit: (values: Values) => void
  /** What sends the values; `error` also of a try before it. */
  request: { isPending: boolean; error: ApiProblem | null }
  title: ReactNode
  description?: ReactNode
  /** What the main button says. */
  submit: ReactNode
  /** False: there is nothing to send yet. */
  ready?: boolean
  onClose: () => void
  children: ReactNode
  size?: 'sm' | 'md' | 'lg' | 'xl'
  /** A button at the other end, such as one that only tries. */
  aside?: ReactNode
  /** What a try found. */
  outcome?: ReactNode
}

/** A dialog that is a form. Errors of the server stand at their fields, what has no field below them; either is scrolled to. */
export function FormDialog<Values extends FieldValues>({
  form,
  onSubmit,
  request: { isPending, error },
  title,
  description,
  submit,
  ready = true,
  onClose,
  children,
  size = 'md',
  aside,
  outcome,
}: FormDialogProps<Values>) {
  const t = useTranslations('ui')
  const id = useId()
  const end = useRef<HTMLDivElement>(null)
  const found = Boolean(outcome)
  useEffect(() => {
    if (error && hasPlaces(form, error)) showProblem(form, error)
    else if (error || found) end.current?.scrollIntoView({ block: 'nearest' })
  }, [form, error, found])
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={description}
      size={size}
      footer={
        <>
          {aside && <div className="mr-auto">{aside}</div>}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" form={id} variant="primary" disabled={!ready} loading={isPending}>
            {submit}
          </Button>
        </>
      }
    >
      <Form id={id} form={form} onSubmit={onSubmit} className="flex flex-col gap-4">
        {children}
        <div ref={end} className="empty:hidden">
          {error && !hasPlaces(form, error) && <ProblemNote problem={error} />}
          {!error && outcome}
        </div>
      </Form>
    </Dialog>
  )
}
