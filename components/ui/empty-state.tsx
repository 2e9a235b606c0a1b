import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '#lib/client/cn.ts'

interface EmptyStateProps {
  icon: LucideIcon
  title: ReactNode
  /** What this place is for. */
  children?: ReactNode
  /** The next step. */
  action?: ReactNode
  /** The only words of a page are its heading. */
  heading?: boolean
  className?: string
}

/** Nothing here yet: says what belongs here and offers the next step. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
  heading = false,
  className,
}: EmptyStateProps) {
  const Title = heading ? 'h1' : 'p'
  return (
    <div className={cn('flex flex-col items-center gap-2 px-6 py-10 text-center', className)}>
      <span className="flex size-10 items-center justify-center rounded-md border border-line bg-subtle text-faint">
        <Icon className="size-5" aria-hidden />
      </span>
      <Title className="font-semibold text-base">{title}</Title>
      {children !== undefined && <div className="max-w-md text-soft text-sm">{children}</div>}
      {action !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}
