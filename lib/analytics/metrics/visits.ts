import { grains } from '../buckets.ts'
import type { Metric } from './metric.ts'

export const visits: Metric = {
  id: 'visits',
  name: { ko: '방문', en: 'Visits' },
  sentence: {
    ko: '기간 안에 들어온 이벤트의 수예요. 세션으로 묶지 않고 하나하나 그대로 세요.',
    en: 'How many events came in the period, each one counted, without grouping into sessions.',
  },
  combining: {
    ko: '시간별 방문을 더하면 그대로 하루, 한 달의 방문이 돼요.',
    en: 'Visits add up: those of hours are those of the day, those of days are those of the month.',
  },
  additive: true,
  grains,
  aggregate: () => 'count(*)',
}
