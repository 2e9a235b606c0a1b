'use client'

import type { Countable } from '#lib/client/format/number.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { Tooltip } from './tooltip.tsx'

interface AmountProps {
  value: Countable | null | undefined
  className?: string
}

/** `476 MB`, exact bytes on hover. */
export function Bytes({ value, className }: AmountProps) {
  const format = useFormat()
  if (value === null || value === undefined) return <span className="text-faint">–</span>
  return (
    <Tooltip content={format.exactBytes(value)}>
      <span className={className ?? 'whitespace-nowrap'}>{format.bytes(value)}</span>
    </Tooltip>
  )
}

/** A count; `compact` gives `1.2M` or `123만` with all digits on hover. */
export function Count({ value, compact = false, className }: AmountProps & { compact?: boolean }) {
  const format = useFormat()
  if (value === null || value === undefined) return <span className="text-faint">–</span>
  const full = format.number(value)
  const text = compact ? format.compact(value) : full
  if (text === full) return <span className={className}>{full}</span>
  return (
    <Tooltip content={full}>
      <span className={className}>{text}</span>
    </Tooltip>
  )
}
