import type { ReactNode } from 'react'
import { cn } from '#lib/client/cn.ts'

interface CardProps {
  title?: ReactNode
  description?: ReactNode
  /** Controls at the right of the title. */
  actions?: ReactNode
  children?: ReactNode
  /** No inner margin, for tables and lists that reach the edge. */
  flush?: boolean
  className?: string
  id?: string
}

/** A panel with a line around it. */
export function Card({ title, description, actions, children, flush = false, className, id }: CardProps) {
  const headed = title !== undefined || actions !== undefined
  return (
    <section id={id} className={cn('min-w-0 rounded-md border border-line bg-surface', className)}>
      {headed && (
        <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-1.5">
          <div className="min-w-0 flex-1 max-sm:basis-60">
            {title !== undefined && <h2 className="font-semibold text-base">{title}</h2>}
            {description !== undefined && <p className="text-faint text-xs">{description}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      {children !== undefined && <div className={flush ? '' : 'p-4'}>{children}</div>}
    </section>
  )
}

interface SectionProps {
  title: ReactNode
  description?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
}

/** A titled part of a page without a line around it. */
export function Section({ title, description, actions, children, className }: SectionProps) {
  return (
    <section className={cn('flex min-w-0 flex-col gap-3', className)}>
      <header className="flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold text-lg">{title}</h2>
          {description !== undefined && <p className="text-soft text-sm">{description}</p>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  )
}
