'use client'

import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '#lib/client/cn.ts'

export const controlStyle =
  'h-8 w-full rounded-md border border-line-strong/70 bg-surface px-2.5 text-sm text-ink transition-colors hover:border-line-strong focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 focus-visible:outline-accent disabled:cursor-not-allowed disabled:bg-subtle disabled:text-faint aria-invalid:border-bad aria-invalid:outline-bad'

interface InputProps extends ComponentProps<'input'> {
  icon?: LucideIcon
  /** Something small at the right end: a key hint, a clear button. */
  trailing?: ReactNode
  /** Classes of the box around input, icon and trailing. */
  boxClassName?: string
}

/** A one-line text field. Wrap it in a Field for label, hint and error. */
export function Input({ icon: Icon, trailing, className, boxClassName, ...rest }: InputProps) {
  if (!Icon && !trailing) return <input className={cn(controlStyle, className, boxClassName)} {...rest} />
  return (
    <span className={cn('relative flex items-center', boxClassName)}>
      {Icon && <Icon className="pointer-events-none absolute left-2.5 size-4 text-faint" aria-hidden />}
      <input
        className={cn(controlStyle, Icon && 'pl-8', trailing !== undefined && 'pr-9', className)}
        {...rest}
      />
      {trailing !== undefined && <span className="absolute right-1.5 flex items-center">{trailing}</span>}
    </span>
  )
}

/** Text of several lines. */
export function TextArea({ className, rows = 4, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={rows} className={cn(controlStyle, 'h-auto py-1.5', className)} {...rest} />
}
