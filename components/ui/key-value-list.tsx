import type { ReactNode } from 'react'
import { cn } from '#lib/client/cn.ts'
import { CopyButton } from './copy-button.tsx'

export interface KeyValue {
  key: ReactNode
  value: ReactNode
  /** Text for the copy button; none without it. */
  copy?: string
  /** Names, ids and locations. */
  mono?: boolean
}

/** Facts by name; the names in a column of their own. */
export function KeyValueList({ items, className }: { items: readonly KeyValue[]; className?: string }) {
  return (
    <dl className={cn('divide-y divide-line text-sm', className)}>
      {items.map((item, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of facts
          key={index}
          className="flex flex-col gap-x-4 py-1.5 sm:min-h-9 sm:flex-row sm:items-center"
        >
          <dt className="shrink-0 text-faint sm:w-44">{item.key}</dt>
          <dd className="flex min-w-0 flex-1 items-center gap-1">
            <span className={cn('min-w-0 break-words', item.mono && 'break-all font-mono text-xs')}>
              {item.value}
            </span>
            {item.copy !== undefined && <CopyButton text={item.copy} />}
          </dd>
        </div>
      ))}
    </dl>
  )
}
