'use client'

import { Check, type LucideIcon } from 'lucide-react'
import Link from 'next/link'
import { DropdownMenu as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from '#lib/client/cn.ts'

export interface MenuItem {
  label: ReactNode
  icon?: LucideIcon
  /** Either an address or something to do. */
  href?: string
  onSelect?: () => void
  disabled?: boolean
  tone?: 'danger'
  checked?: boolean
  /** Quiet text at the right: a shortcut. */
  hint?: ReactNode
}

interface DropdownMenuProps {
  /** The element that opens it. */
  trigger: ReactNode
  /** Groups of items with a line between them. */
  groups: readonly (readonly MenuItem[])[]
  align?: 'start' | 'end'
  side?: 'top' | 'bottom' | 'right'
  header?: ReactNode
}

const itemStyle =
  'flex min-h-8 cursor-default select-none items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0'

/** A menu of actions; destructive ones belong here, in the last group. */
export function DropdownMenu({ trigger, groups, align = 'end', side = 'bottom', header }: DropdownMenuProps) {
  const shown = groups.filter((group) => group.length > 0)
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-48 max-w-80 animate-fade-in rounded-md border border-line bg-surface p-1 shadow-pop"
        >
          {header !== undefined && (
            <>
              <div className="px-2 py-1.5">{header}</div>
              <Primitive.Separator className="my-1 h-px bg-line" />
            </>
          )}
          {shown.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: groups are a fixed layout without identity
            <Primitive.Group key={index}>
              {index > 0 && <Primitive.Separator className="my-1 h-px bg-line" />}
              {group.map((item, itemIndex) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: items are a fixed layout without identity
                <Row key={itemIndex} item={item} />
              ))}
            </Primitive.Group>
          ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

function Row({ item }: { item: MenuItem }) {
  const { icon: Icon, label, hint, href, tone, checked, disabled = false, onSelect } = item
  const inside = (
    <>
      {Icon && <Icon className={tone === 'danger' ? '' : 'text-faint'} aria-hidden />}
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {hint !== undefined && <span className="text-faint text-xs">{hint}</span>}
      {checked && <Check className="text-accent" aria-hidden />}
    </>
  )
  const classes = cn(itemStyle, tone === 'danger' && 'text-bad')
  if (href !== undefined) {
    return (
      <Primitive.Item asChild disabled={disabled}>
        <Link href={href} className={classes}>
          {inside}
        </Link>
      </Primitive.Item>
    )
  }
  if (checked !== undefined) {
    return (
      <Primitive.CheckboxItem
        checked={checked}
        disabled={disabled}
        className={classes}
        {...(onSelect ? { onSelect } : {})}
      >
        {inside}
      </Primitive.CheckboxItem>
    )
  }
  return (
    <Primitive.Item disabled={disabled} className={classes} {...(onSelect ? { onSelect } : {})}>
      {inside}
    </Primitive.Item>
  )
}
