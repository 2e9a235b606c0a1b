import type { ReactNode } from 'react'
import { cn } from '#lib/client/cn.ts'
import { Skeleton } from './skeleton.tsx'

interface StatProps {
  label: ReactNode
  /** undefined draws a skeleton; null a dash. */
  value: ReactNode
  /** Beside the value: a unit, a mark that opens the definition. */
  aside?: ReactNode
  /** Below: a change, a comparison, a fact. */
  note?: ReactNode
  /** A sparkline. */
  chart?: ReactNode
  className?: string
}

/** One number with what it is. */
export function Stat({ label, value, aside, note, chart, className }: StatProps) {
  return (
    <div className={cn('flex min-w-0 flex-col gap-0.5', className)}>
      <div className="truncate text-faint text-xs">{label}</div>
      <div className="flex items-baseline gap-1.5">
        {value === undefined ? (
          <Skeleton className="my-1 h-5 w-20" />
        ) : (
          <span className="truncate font-semibold text-xl tracking-tight">{value ?? '–'}</span>
        )}
        {aside}
      </div>
      {note !== undefined && <div className="text-faint text-xs">{note}</div>}
      {chart}
    </div>
  )
}

/** Stats in a row with lines between them; two columns on a phone. */
export function StatRow({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div
      className={cn(
        'grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] [&>*]:bg-surface [&>*]:px-4 [&>*]:py-3 max-sm:[&>*:last-child:nth-child(odd)]:col-span-2',
        className,
      )}
    >
      {children}
    </div>
  )
}
