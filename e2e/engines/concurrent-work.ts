import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { isAppError, messageOf } from '#lib/errors.ts'

/** What a writer did, as concurrent_work.py has it, too. */
export const StepsSchema = z.array(
  z.object({
    /** The snapshots it made have it as `operation-name`. */
    name: z.string(),
    kind: z.enum(['append', 'delete', 'compact']),
    ids: z.array(z.number()),
    outcome: z.enum(['done', 'refused', 'unsure', 'skipped']),
    reason: z.string().optional(),
  }),
)
export type Step = z.infer<typeof StepsSchema>[number]

const cycle: Step['kind'][] = ['append', 'append', 'delete', 'append', 'delete', 'compact']
/** So that the slowest has its turn, too. */
const pauseMs = 250

/**
 * Does one operation after the other for a while, with rows of its own, whose ids begin at `first`.
 * @throws whatever is neither a refused commit nor one of unknown outcome
 */
export async function workFor(
  seconds: number,
  first: number,
  operations: Record<Step['kind'], (ids: number[], name: string) => Promise<void>>,
): Promise<Step[]> {
  const end = performance.now() + seconds * 1000
  const steps: Step[] = []
  const live = new Set<number>()
  let next = first
  while (performance.now() < end) {
    const kind = cycle[steps.length % cycle.length] ?? 'append'
    const name = `${first}-${steps.length}`
    let ids: number[] = []
    if (kind === 'append') {
      ids = Array.from({ length: 10 }, (_, index) => next + index)
      next += ids.length
    }
    if (kind === 'delete') ids = [...live].filter((_, index) => index % 7 === 0)
    const step: Step = { name, kind, ids, outcome: 'done' }
    try {
      if (ids.length > 0 || kind === 'compact') await operations[kind](ids, name)
      else step.outcome = 'skipped'
    } catch (error) {
      if (isAppError(error, 'commit-state-unknown')) step.outcome = 'unsure'
      else if (isAppError(error, 'conflict')) step.outcome = 'refused'
      else throw error
      step.reason = messageOf(error)
    }
    if (kind === 'append' && step.outcome === 'done') for (const id of ids) live.add(id)
    if (kind === 'delete' && step.outcome !== 'refused') for (const id of ids) live.delete(id)
    steps.push(step)
    await delay(pauseMs)
  }
  return steps
}
