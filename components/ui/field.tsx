'use client'

import { type ReactNode, useId } from 'react'
import { cn } from '#lib/client/cn.ts'

/** What a control needs to be tied to its label, hint and error. */
export interface ControlIds {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

interface FieldProps {
  label: ReactNode
  hint?: ReactNode
  error?: ReactNode
  optional?: ReactNode
  className?: string
  children: (control: ControlIds) => ReactNode
}

/** A label above a control, with a hint and what is wrong with the value. */
export function Field({ label, hint, error, optional, className, children }: FieldProps) {
  const id = useId()
  const hasError = error !== undefined && error !== null && error !== ''
  const describedBy = [hasError && `${id}-error`, hint !== undefined && `${id}-hint`]
    .filter(Boolean)
    .join(' ')
  return (
    <div className={cn('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="font-medium text-ink text-sm">
        {label}
        {optional !== undefined && <span className="ml-1.5 font-normal text-faint text-xs">{optional}</span>}
      </label>
      {children({
        id,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': hasError || undefined,
      })}
      {hasError && (
        <p id={`${id}-error`} className="text-bad text-xs">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-faint text-xs">
          {hint}
        </p>
      )}
    </div>
  )
}
