import { LRUCache } from 'lru-cache'
import type { SiteContext } from './resolve-site.ts'

/** A month of hours is some 150 KB as objects; 500 answers are all pages that people look at between two refreshes. */
const maxAnswers = 500

/**
 * Answers by question and state of the marts: a refresh changes the key, so nothing stale is ever served, and many
 * people who look at the same page cost one computation.
 */
const answers = new LRUCache<string, Promise<object>>({ max: maxAnswers })

export const answerCache = {
  get<T extends object>(
    site: SiteContext,
    question: readonly (string | number | boolean | undefined)[],
    compute: () => Promise<T>,
  ): Promise<T> {
    const state = site.mart ? `${site.mart.snapshotId}@${+site.mart.refreshedAt}` : `none@${Date.now()}`
    const key = JSON.stringify([site.id, site.timeZone, site.name, state, ...question])
    const held = answers.get(key)
    if (held) return held as Promise<T>
    const answer = compute()
    answers.set(key, answer)
    // A failure is not an answer: the next request tries again.
    answer.catch(() => answers.delete(key))
    return answer
  },
}
