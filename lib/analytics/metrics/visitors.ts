import { sqlIdentifier } from '#lib/mappings/sql-text.ts'
import { grains } from '../buckets.ts'
import type { SiteColumns } from '../site-columns.ts'
import type { Metric } from './metric.ts'

/** The person behind an event as SQL text: the first id (a text column) that is filled; null when nobody is known. */
export const visitorKey = (columns: SiteColumns): string =>
  `coalesce(${columns.visitor.map((name) => `nullif(${sqlIdentifier(name)}, '')`).join(', ')})`

export const visitors: Metric = {
  id: 'visitors',
  name: { ko: '방문자', en: 'Visitors' },
  sentence: {
    ko: '기간 안에 한 번이라도 다녀간 서로 다른 사람의 수예요. 로그인한 사람은 회원 ID로, 아니면 익명 ID로 구분해요. 여러 번 와도 한 명으로 세고, 두 ID가 모두 없는 이벤트는 방문자에서 빠져요.',
    en: 'How many different people came at least once in the period: told apart by user id where signed in, by anonymous id otherwise. Somebody who comes ten times counts once; events without either id count for nobody.',
  },
  combining: {
    ko: '시간이나 날짜별 방문자를 더하면 같은 사람을 거듭 세게 돼요. 그래서 기간 합계는 더하지 않고 방문자 스케치(KMV, k = 4096)를 합쳐서 구해요. 4,096명 미만이면 정확하고, 그 이상이면 표준오차 약 1.6%인 추정값이며 화면에 표시해요.',
    en: 'Visitors of hours or days must not be added: the same person would count again. A total over a range comes from merged sketches of the people (KMV, k = 4096): exact below 4,096 people, and beyond that an estimate with about 1.6 % standard error, marked as such.',
  },
  additive: false,
  grains,
  aggregate: (columns) => `count(DISTINCT ${visitorKey(columns)})`,
}
