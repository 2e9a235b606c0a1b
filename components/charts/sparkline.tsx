import { cn } from '#lib/client/cn.ts'

interface SparklineProps {
  /** null is a gap. */
  values: readonly (number | null)[]
  /** What it shows, in words. */
  label: string
  className?: string
}

const width = 100
const height = 28
const inset = 2

/** The course of a number without axes, from zero to its highest; each unbroken stretch is a line of its own. */
export function Sparkline({ values, label, className }: SparklineProps) {
  const highest = Math.max(1, ...values.map((value) => value ?? 0))
  const step = values.length > 1 ? (width - 2 * inset) / (values.length - 1) : 0
  const place = (value: number, index: number) =>
    `${(inset + index * step).toFixed(1)} ${(height - inset - (value / highest) * (height - 2 * inset)).toFixed(1)}`
  let path = ''
  let open = false
  for (const [index, value] of values.entries()) {
    if (value === null) {
      open = false
      continue
    }
    path += `${open ? 'L' : 'M'}${place(value, index)}`
    // A single point between gaps still has to be seen.
    if (!open && (values[index + 1] ?? null) === null) path += 'h0.1'
    open = true
  }
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className={cn('h-7 w-full', className)}
    >
      <path
        d={path}
        fill="none"
        stroke="var(--chart-1)"
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}
