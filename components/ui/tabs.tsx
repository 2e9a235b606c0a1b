'use client'

import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { Tabs as Primitive } from 'radix-ui'
import { type ReactNode, useEffect, useRef } from 'react'

export interface TabItem<Value extends string = string> {
  value: Value
  label: ReactNode
  /** A count beside the label. */
  count?: ReactNode
  content: ReactNode
}

interface TabsProps<Value extends string> {
  tabs: readonly TabItem<Value>[]
  /** The name in the address: `?tab=files`. */
  param?: string
  label?: string
}

/** Tabs that are part of the address, so that a link leads to the one that was open. */
export function Tabs<Value extends string>({ tabs, param = 'tab', label }: TabsProps<Value>) {
  const values = tabs.map(({ value }) => value)
  const first = values[0] as Value
  const [active, setActive] = useQueryState(
    param,
    parseAsStringLiteral(values).withDefault(first).withOptions({ history: 'push' }),
  )
  const list = useRef<HTMLDivElement>(null)
  // On a phone the tab that a link leads to may lie outside of what is seen of the list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen tab is found by its state in the page
  useEffect(() => {
    const [all, chosen] = [list.current, list.current?.querySelector<HTMLElement>('[data-state=active]')]
    if (!all || !chosen) return
    const outside =
      chosen.offsetLeft < all.scrollLeft ||
      chosen.offsetLeft + chosen.offsetWidth > all.scrollLeft + all.clientWidth
    if (outside) all.scrollLeft = chosen.offsetLeft - (all.clientWidth - chosen.offsetWidth) / 2
  }, [active])
  return (
    <Primitive.Root value={active} onValueChange={(value) => void setActive(value as Value)}>
      <Primitive.List
        ref={list}
        aria-label={label}
        className="scroll-thin relative flex gap-4 overflow-x-auto border-line border-b [scrollbar-width:none]"
      >
        {tabs.map(({ value, label: text, count }) => (
          <Primitive.Trigger
            key={value}
            value={value}
            className="-mb-px flex h-9 shrink-0 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 text-faint text-sm transition-colors hover:text-ink focus-visible:outline-offset-[-2px] data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {text}
            {count !== undefined && (
              <span className="rounded-sm bg-subtle px-1 text-faint text-xs">{count}</span>
            )}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map(({ value, content }) => (
        <Primitive.Content key={value} value={value} className="pt-4 outline-none">
          {content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  )
}
