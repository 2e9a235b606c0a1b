'use client'

import { cn } from '#lib/client/cn.ts'
import { CopyButton } from './copy-button.tsx'

/** SQL, JSON, a command: as it is, with a copy button. */
export function CodeBlock({
  code,
  label,
  wrap = false,
  className,
}: {
  code: string
  label?: string
  wrap?: boolean
  className?: string
}) {
  return (
    <div className={cn('group relative min-w-0 rounded-md border border-line bg-subtle', className)}>
      {label !== undefined && (
        <div className="border-line border-b px-3 py-1.5 text-faint text-xs">{label}</div>
      )}
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        className={cn(
          'scroll-thin max-h-96 overflow-auto p-3 pr-12 text-ink text-xs leading-5',
          wrap && 'whitespace-pre-wrap break-all',
        )}
      >
        <code>{code}</code>
      </pre>
      <CopyButton
        text={code}
        className={cn('absolute right-1.5 bg-subtle', label === undefined ? 'top-1.5' : 'top-9')}
      />
    </div>
  )
}
