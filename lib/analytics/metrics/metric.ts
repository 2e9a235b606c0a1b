import type { Grain } from '../buckets.ts'
import type { SiteColumns } from '../site-columns.ts'

export interface Bilingual {
  ko: string
  en: string
}

/** What a number of the product means, as pages and answers explain it. */
export interface Metric {
  id: string
  name: Bilingual
  /** The definition as a person reads it. */
  sentence: Bilingual
  /** What may be done with values of several buckets, and why. */
  combining: Bilingual
  /** Whether values of buckets may be summed. */
  additive: boolean
  grains: readonly Grain[]
  /** SQL of the value over the events of a bucket. */
  aggregate(columns: SiteColumns): string
}
