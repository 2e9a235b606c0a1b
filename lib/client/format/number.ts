export type Locale = 'ko' | 'en'

/** Counts as the API gives them: numbers, or text where they may pass 2^53. */
export type Countable = number | bigint | string

const toNumeric = (value: Countable): number | bigint =>
  typeof value === 'string' ? (/^-?\d+$/.test(value) ? BigInt(value) : Number(value)) : value

const cache = new Map<string, Intl.NumberFormat>()

function formatter(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}${JSON.stringify(options)}`
  const found = cache.get(key)
  if (found) return found
  const made = new Intl.NumberFormat(locale, options)
  cache.set(key, made)
  return made
}

/** 1000001 → 1,000,001 */
export const formatNumber = (
  value: Countable,
  locale: Locale,
  options: Intl.NumberFormatOptions = {},
): string => formatter(locale, { maximumFractionDigits: 2, ...options }).format(toNumeric(value))

/** 1234567 → 1.2M, 123만; below 100,000 in full. */
export function formatCompact(value: Countable, locale: Locale): string {
  const numeric = toNumeric(value)
  if (numeric > -100_000 && numeric < 100_000) return formatNumber(numeric, locale)
  return formatter(locale, { notation: 'compact' }).format(numeric)
}

/** 0.1234 → 12.3% */
export const formatPercent = (ratio: number, locale: Locale, digits = 1): string =>
  formatter(locale, { style: 'percent', maximumFractionDigits: digits }).format(ratio)

/** 0.1234 → +12.3%; null where there is nothing to compare with. */
export const formatChange = (current: number, previous: number, locale: Locale): string | null =>
  previous === 0
    ? null
    : formatter(locale, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(
        (current - previous) / previous,
      )

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const

/** Decimal units: 476123456 → 476 MB. */
export function formatBytes(value: Countable, locale: Locale): string {
  const bytes = Number(toNumeric(value))
  let scaled = Math.abs(bytes)
  let unit = 0
  while (scaled >= 999.5 && unit < byteUnits.length - 1) {
    scaled /= 1000
    unit += 1
  }
  const digits = unit === 0 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2
  const text = formatter(locale, { maximumFractionDigits: digits }).format(Math.sign(bytes) * scaled)
  return `${text} ${byteUnits[unit]}`
}

const mebibyte = 1_048_576

/** A size that a person chose: 134217728 → 128 MiB, as it was said; others as any size. */
export function formatChosenBytes(value: number, locale: Locale): string {
  return value > 0 && value % mebibyte === 0
    ? `${formatNumber(value / mebibyte, locale)} MiB`
    : formatBytes(value, locale)
}

/** 476123456 → 476,123,456 B, for the hover of a rounded size. */
export const formatExactBytes = (value: Countable, locale: Locale): string =>
  `${formatNumber(value, locale)} B`
