'use client'

import type { LucideIcon } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Tone } from '#components/ui/badge.tsx'
import { cn } from '#lib/client/cn.ts'

export interface FlowNode {
  id: string
  icon: LucideIcon
  title: string
  /** The kind of thing, in a word. */
  kind: string
  href?: string
  lines: ReactNode[]
  tone?: Tone
  /** Something goes through right now. */
  flowing?: boolean
}

/** Nodes of one step, and the names of those each gets its data from. */
export interface FlowStep {
  nodes: (FlowNode & { from?: string[] })[]
}

const border: Partial<Record<Tone, string>> = {
  warn: 'border-warn/60',
  bad: 'border-bad/60',
}

function NodeCard({ node }: { node: FlowNode }) {
  const { icon: Icon, title, kind, lines, href, tone } = node
  const body = (
    <>
      <span className="flex items-center gap-2">
        <Icon className="size-4 shrink-0 text-faint" aria-hidden />
        <span className="min-w-0 flex-1 truncate font-medium text-sm">{title}</span>
      </span>
      <span className="text-faint text-xs">{kind}</span>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of facts
        <span key={index} className="text-soft text-xs">
          {line}
        </span>
      ))}
    </>
  )
  const style = cn(
    'flex min-h-20 w-full min-w-0 flex-col gap-0.5 rounded-md border bg-surface px-3 py-2',
    (tone && border[tone]) ?? 'border-line',
  )
  return href ? (
    <Link href={href} className={cn(style, 'hover:border-line-strong')}>
      {body}
    </Link>
  ) : (
    <div className={style}>{body}</div>
  )
}

/** Lines from the nodes of one step to those of the next; nodes of a step share its height evenly. */
function Connectors({ before, after }: { before: FlowStep; after: FlowStep }) {
  const middle = (index: number, count: number) => ((index + 0.5) / count) * 100
  const lines = after.nodes.flatMap((node, to) =>
    before.nodes.flatMap((origin, from) => {
      if (node.from && !node.from.includes(origin.id)) return []
      return {
        key: `${origin.id}-${node.id}`,
        y1: middle(from, before.nodes.length),
        y2: middle(to, after.nodes.length),
        flowing: origin.flowing === true && node.flowing !== false,
      }
    }),
  )
  return (
    <>
      <svg
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        className="hidden h-full w-full md:block"
        aria-hidden
      >
        {lines.map(({ key, y1, y2, flowing }) => (
          <path
            key={key}
            d={`M0 ${y1} C 50 ${y1}, 50 ${y2}, 100 ${y2}`}
            fill="none"
            stroke={flowing ? 'var(--accent)' : 'var(--line-strong)'}
            strokeWidth={flowing ? 1.75 : 1.25}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <svg viewBox="0 0 12 24" className="mx-auto h-6 w-3 md:hidden" aria-hidden>
        <path d="M6 0v20m-4-4 4 5 4-5" fill="none" stroke="var(--line-strong)" strokeWidth={1.25} />
      </svg>
    </>
  )
}

/** Nothing of the next step comes from this node. */
const isEnd = (node: FlowNode, next: FlowStep | undefined): boolean =>
  next?.nodes.every(({ from }) => from !== undefined && !from.includes(node.id)) ?? false

/** Where data comes from and goes to, left to right; top to bottom on a phone. */
export function FlowGraph({ steps, label }: { steps: FlowStep[]; label: string }) {
  const columns = steps
    .flatMap((_, index) => (index === 0 ? ['minmax(0,1fr)'] : ['minmax(2rem,5rem)', 'minmax(0,1fr)']))
    .join(' ')
  return (
    <section
      aria-label={label}
      className="flex flex-col md:grid md:items-stretch"
      style={{ gridTemplateColumns: columns }}
    >
      {steps.flatMap((step, index) => {
        const previous = steps[index - 1]
        const key = step.nodes.map(({ id }) => id).join()
        return [
          previous && <Connectors key={`to-${key}`} before={previous} after={step} />,
          <div key={key} className="flex min-w-0 flex-col gap-3 md:gap-0">
            {step.nodes.map((node) => (
              <div
                key={node.id}
                // On a phone the arrow below a step starts at its last node: one that leads nowhere goes before.
                className={cn(
                  'flex flex-1 items-center md:py-1.5',
                  isEnd(node, steps[index + 1]) && 'order-first md:order-none',
                )}
              >
                <NodeCard node={node} />
              </div>
            ))}
          </div>,
        ]
      })}
    </section>
  )
}
