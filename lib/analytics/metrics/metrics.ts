import type { Metric } from './metric.ts'
import { visitors } from './visitors.ts'
import { visits } from './visits.ts'
import { visitsPerVisitor } from './visits-per-visitor.ts'

/** Every metric of the product, once. */
export const metrics: readonly Metric[] = [visitors, visits, visitsPerVisitor]
