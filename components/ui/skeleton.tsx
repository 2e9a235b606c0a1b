import { cn } from '#lib/client/cn.ts'

/** The shape of what is being loaded. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('block animate-shimmer rounded-sm bg-hover', className)} />
}

/** Lines of text being loaded; widths vary so that it reads as text. */
export function SkeletonLines({ lines = 3 }: { lines?: number }) {
  const widths = ['w-11/12', 'w-3/4', 'w-5/6', 'w-2/3']
  return (
    <div className="flex flex-col gap-2.5" aria-hidden>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without identity
        <Skeleton key={line} className={`h-3.5 ${widths[line % widths.length]}`} />
      ))}
    </div>
  )
}
