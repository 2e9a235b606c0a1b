const unitsInMs = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** Milliseconds as at most two units: `1 m 12 s`, `4.2 s`, `38 ms`. */
export function formatDuration(milliseconds: number): string {
  const value = Math.max(0, milliseconds)
  if (value < 1_000) return `${Math.round(value)} ms`
  if (value < 10_000) return `${(Math.floor(value / 100) / 10).toFixed(1)} s`
  let rest = Math.round(value / 1_000) * 1_000
  const parts: string[] = []
  for (const [unit, size] of unitsInMs) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${unit}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}
