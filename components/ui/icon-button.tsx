'use client'

import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from '#lib/client/cn.ts'
import { Tooltip } from './tooltip.tsx'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon
  /** What it does: the accessible name and the tooltip. */
  label: string
  size?: 'sm' | 'md'
  variant?: 'ghost' | 'secondary'
  tooltip?: boolean
}

/** A square button with an icon and a name. */
export function IconButton({
  icon: Icon,
  label,
  size = 'md',
  variant = 'ghost',
  tooltip = true,
  className,
  type = 'button',
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      type={type}
      aria-label={label}
      className={cn(
        'inline-flex shrink-0 items-center justify-center rounded-md border text-soft transition-colors hover:bg-hover hover:text-ink disabled:pointer-events-none disabled:opacity-50',
        size === 'sm' ? 'size-7 [&_svg]:size-3.5' : 'size-8 [&_svg]:size-4',
        variant === 'ghost' ? 'border-transparent' : 'border-line bg-surface',
        className,
      )}
      {...rest}
    >
      <Icon aria-hidden />
    </button>
  )
  return tooltip ? <Tooltip content={label}>{button}</Tooltip> : button
}
