/**
 * Whole, evenly spaced ticks of 1, 2 or 5×10ⁿ around a range; the first and the last are the axis' ends.
 * Sizes are written with three digits: a finer step would write the same tick twice.
 */
export function roundTicks(low: number, high: number): number[] {
  const finest = high >= 1_000 ? 10 ** (Math.floor(Math.log10(high)) - 2) : 1
  const wanted = Math.max((high - low) / 3, finest)
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = power * ([1, 2, 5].find((one) => one * power >= wanted) ?? 10)
  const first = Math.floor(low / step)
  const last = Math.max(Math.ceil(high / step), first + 1)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}
