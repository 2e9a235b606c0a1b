'use client'

import { Ellipsis, type LucideIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Children, Fragment, isValidElement, type ReactNode } from 'react'
import { cn } from '#lib/client/cn.ts'
import { CopyButton } from './copy-button.tsx'
import { DropdownMenu, type MenuItem } from './dropdown-menu.tsx'
import { IconButton } from './icon-button.tsx'

interface PageHeaderProps {
  icon?: LucideIcon
  title: ReactNode
  /** The full name, when the title is the name of a thing: drawn in monospace with a copy button. */
  copyName?: string
  /** A badge or state beside the title. */
  badge?: ReactNode
  /** One line of facts, separated by dots: owner, rows, size, freshness, health. */
  facts?: ReactNode
  /** What this page is for, in a sentence. */
  description?: ReactNode
  /** The primary action, at the right. */
  action?: ReactNode
  /** The rest; destructive ones in the last group. */
  menu?: readonly (readonly MenuItem[])[]
}

/** The head of every page: what it is, its facts, what can be done. */
export function PageHeader({
  icon: Icon,
  title,
  copyName,
  badge,
  facts,
  description,
  action,
  menu,
}: PageHeaderProps) {
  const t = useTranslations('ui')
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-80">
        <div className="flex min-w-0 items-center gap-2">
          {Icon && <Icon className="size-5 shrink-0 text-faint" aria-hidden />}
          <h1
            className={cn(
              'min-w-0 truncate font-semibold text-xl tracking-tight max-sm:whitespace-normal max-sm:break-words',
              copyName !== undefined && 'font-mono text-lg',
            )}
            title={copyName}
          >
            {title}
          </h1>
          {copyName !== undefined && <CopyButton text={copyName} label={t('copyName')} />}
          {badge}
        </div>
        {description !== undefined && <p className="mt-0.5 max-w-3xl text-soft text-sm">{description}</p>}
        {facts !== undefined && <Facts>{facts}</Facts>}
      </div>
      {(action !== undefined || menu !== undefined) && (
        <div className="flex flex-wrap items-center gap-2">
          {action}
          {menu !== undefined && (
            <DropdownMenu
              trigger={<IconButton icon={Ellipsis} label={t('more')} variant="secondary" tooltip={false} />}
              groups={menu}
            />
          )}
        </div>
      )}
    </header>
  )
}

/** The children with fragments opened, so that each fact becomes an item. */
const flatten = (children: ReactNode): ReactNode[] =>
  Children.toArray(children).flatMap((child) =>
    isValidElement<{ children?: ReactNode }>(child) && child.type === Fragment
      ? flatten(child.props.children)
      : [child],
  )

/** Facts in one line with dots between them; give them as the children of a fragment. */
export function Facts({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <ul
      className={cn(
        'mt-1 flex flex-wrap items-center gap-y-0.5 text-soft text-sm [&>li:not(:last-child)]:after:mx-2 [&>li:not(:last-child)]:after:text-line-strong [&>li:not(:last-child)]:after:content-["·"]',
        className,
      )}
    >
      {flatten(children).map((fact, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts have a fixed order
        <li key={index} className="flex items-center">
          {fact}
        </li>
      ))}
    </ul>
  )
}

/** The frame of a page's content: at most 1440 px wide, or all for wide tables. */
export function Page({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  return (
    <div className={cn('mx-auto flex w-full flex-col gap-5 px-4 py-5 sm:px-6', !wide && 'max-w-[1440px]')}>
      {children}
    </div>
  )
}
