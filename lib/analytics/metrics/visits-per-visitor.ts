import { grains } from '../buckets.ts'
import type { Metric } from './metric.ts'
import { visitors } from './visitors.ts'
import { visits } from './visits.ts'

export const visitsPerVisitor: Metric = {
  id: 'visits-per-visitor',
  name: { ko: '1인당 방문', en: 'Visits per visitor' },
  sentence: {
    ko: '방문을 방문자로 나눈 값이에요. 한 사람이 평균 몇 번 행동했는지 보여 줘요.',
    en: 'Visits divided by visitors: how often one person acted on average.',
  },
  combining: {
    ko: '여러 기간의 값을 평균 내지 않고, 기간 전체의 방문을 기간 전체의 방문자로 나눠요.',
    en: 'Values of several periods are not averaged: visits of the whole range are divided by visitors of the whole range.',
  },
  additive: false,
  grains,
  aggregate: (columns) => `${visits.aggregate(columns)} / nullif(${visitors.aggregate(columns)}, 0)`,
}
