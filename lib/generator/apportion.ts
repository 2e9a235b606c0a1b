/**
 * Splits `total` into whole parts in proportion to the weights (largest remainder), so that the parts add up exactly.
 * When `total` allows it every part gets at least `minimum`.
 */
export function apportion(total: number, weights: readonly number[], minimum = 0): number[] {
  const floor = total >= weights.length * minimum ? minimum : 0
  const rest = total - floor * weights.length
  const sum = weights.reduce((left, right) => left + right, 0)
  const exact = weights.map((weight) => (sum === 0 ? 0 : (rest * weight) / sum))
  const parts = exact.map((value) => Math.floor(value))
  let missing = rest - parts.reduce((left, right) => left + right, 0)
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((left, right) => right.remainder - left.remainder || left.index - right.index)
  for (const { index } of byRemainder) {
    if (missing === 0) break
    parts[index] = (parts[index] ?? 0) + 1
    missing -= 1
  }
  return parts.map((part) => part + floor)
}
