import { apportion } from './apportion.ts'
import { fullEventTotal } from './event-names.ts'
import { createRandom } from './random.ts'

export const planDays = 31
export const planHours = planDays * 24

/** The last three hours of 31 July as mission [003] gives them, by index of the hour in the month. */
const knownHours = new Map([
  [planHours - 3, 1320],
  [planHours - 2, 1307],
  [planHours - 1, 1365],
])

/** Evenings and noon are a little busier than the night, weekends a little busier than weekdays: within some 6 % of the mean. */
function hourWeight(hourIndex: number, noise: number): number {
  const hour = hourIndex % 24
  // 1 July 2025 was a Tuesday.
  const weekday = (Math.floor(hourIndex / 24) + 2) % 7
  const daily =
    Math.cos(((hour - 19) / 24) * 2 * Math.PI) * 0.025 + Math.cos(((hour - 12) / 12) * 2 * Math.PI) * 0.01
  const weekend = weekday === 0 || weekday === 6 ? 0.015 : 0
  return 1 + daily + weekend + (noise - 0.5) * 0.02
}

/** Rows in each of the 744 hours of July 2025 (Asia/Seoul). With 744 events or more no hour is empty. */
export function planHourCounts(total: number, seed: number): number[] {
  const random = createRandom(seed, 1)
  const weights = Array.from({ length: planHours }, (_, hour) => hourWeight(hour, random.unit()))
  if (total !== fullEventTotal) return apportion(total, weights, 1)
  const known = [...knownHours.values()].reduce((left, right) => left + right, 0)
  const open = apportion(total - known, weights.slice(0, planHours - knownHours.size), 1)
  return [...open, ...knownHours.values()]
}
