'use client'

import { Popover as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from '#lib/client/cn.ts'

interface PopoverProps {
  trigger: ReactNode
  children: ReactNode
  align?: 'start' | 'center' | 'end'
  className?: string
  label?: string
  open?: boolean
  onOpenChange?: (open: boolean) => void
}

/** A panel beside what opened it: definitions of a number, a date picker. */
export function Popover({
  trigger,
  children,
  align = 'start',
  className,
  label,
  open,
  onOpenChange,
}: PopoverProps) {
  return (
    <Primitive.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className={cn(
            'scroll-thin z-50 max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-16px)] animate-fade-in overflow-y-auto rounded-md border border-line bg-surface p-3 text-sm shadow-pop outline-none',
            className,
          )}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
