'use client'

import { useLocale, useTimeZone } from 'next-intl'
import { useMemo } from 'react'
import { formatDuration } from './format/duration.ts'
import {
  type Countable,
  formatBytes,
  formatChange,
  formatChosenBytes,
  formatCompact,
  formatExactBytes,
  formatNumber,
  formatPercent,
  type Locale,
} from './format/number.ts'
import {
  formatClock,
  formatDay,
  formatExactTime,
  formatRelative,
  formatTime,
  type Moment,
} from './format/time.ts'

/** The formatters in the page's language and the site's time zone. */
export function useFormat() {
  const locale: Locale = useLocale() === 'ko' ? 'ko' : 'en'
  const timeZone = useTimeZone() ?? 'Asia/Seoul'
  return useMemo(
    () => ({
      locale,
      timeZone,
      number: (value: Countable, options?: Intl.NumberFormatOptions) => formatNumber(value, locale, options),
      /** Of events or rows a second: a decimal only where it says something. */
      rate: (value: number) => formatNumber(value, locale, { maximumFractionDigits: value < 100 ? 1 : 0 }),
      compact: (value: Countable) => formatCompact(value, locale),
      percent: (ratio: number, digits?: number) => formatPercent(ratio, locale, digits),
      change: (current: number, previous: number) => formatChange(current, previous, locale),
      bytes: (value: Countable) => formatBytes(value, locale),
      chosenBytes: (value: number) => formatChosenBytes(value, locale),
      exactBytes: (value: Countable) => formatExactBytes(value, locale),
      duration: (milliseconds: number) => formatDuration(milliseconds, locale),
      time: (moment: Moment, options?: { seconds?: boolean }) =>
        formatTime(moment, locale, timeZone, options),
      exactTime: (moment: Moment) => formatExactTime(moment, timeZone),
      day: (moment: Moment) => formatDay(moment, locale, timeZone),
      clock: (moment: Moment, seconds?: boolean) => formatClock(moment, locale, timeZone, seconds),
      relative: (moment: Moment, now?: number) => formatRelative(moment, locale, now),
    }),
    [locale, timeZone],
  )
}
