'use client'

import { CalendarDays } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { DayPicker } from 'react-day-picker'
import { enUS } from 'react-day-picker/locale/en-US'
import { ko } from 'react-day-picker/locale/ko'
import {
  addDays,
  daysBetween,
  endOfMonthBefore,
  fromLocalDate,
  isSiteDay,
  type SiteDay,
  siteDayOf,
  startOfMonth,
  toLocalDate,
} from '#lib/client/site-day.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { Input } from './input.tsx'
import { Popover } from './popover.tsx'

/** Days of the site's calendar, both included. */
export interface DayRange {
  from: SiteDay
  to: SiteDay
}

interface DateRangePickerProps {
  value: DayRange
  onChange: (range: DayRange) => void
  /** Ranges worth offering beyond the usual ones: everything there is. They come first. */
  presets?: readonly { label: string; range: DayRange }[]
  /** No day before or after can be chosen. */
  min?: SiteDay
  max?: SiteDay
}

const calendarClasses = {
  root: 'relative select-none text-sm',
  months: 'flex flex-col gap-4',
  month: 'flex flex-col gap-2',
  month_caption: 'flex h-8 items-center justify-center font-medium',
  nav: 'absolute inset-x-0 top-0 flex h-8 items-center justify-between',
  button_previous:
    'flex size-8 items-center justify-center rounded-md hover:bg-hover aria-disabled:opacity-40',
  button_next: 'flex size-8 items-center justify-center rounded-md hover:bg-hover aria-disabled:opacity-40',
  chevron: 'size-4 fill-soft',
  month_grid: 'border-collapse',
  weekday: 'size-9 text-center font-normal text-faint text-xs',
  day: 'size-9 p-0 text-center',
  day_button: 'size-9 rounded-md hover:bg-hover disabled:text-faint disabled:opacity-50',
  today: 'font-semibold text-accent',
  outside: 'text-faint',
  disabled: 'opacity-50',
  range_middle: 'bg-accent-soft [&>button]:rounded-none',
  range_start: 'rounded-l-md bg-accent-soft [&>button]:bg-accent [&>button]:text-on-accent',
  range_end: 'rounded-r-md bg-accent-soft [&>button]:bg-accent [&>button]:text-on-accent',
}

function usualRanges(today: SiteDay) {
  return [
    { key: 'today', range: { from: today, to: today } },
    { key: 'yesterday', range: { from: addDays(today, -1), to: addDays(today, -1) } },
    { key: 'last7', range: { from: addDays(today, -6), to: today } },
    { key: 'last30', range: { from: addDays(today, -29), to: today } },
    { key: 'thisMonth', range: { from: startOfMonth(today), to: today } },
    { key: 'lastMonth', range: { from: startOfMonth(endOfMonthBefore(today)), to: endOfMonthBefore(today) } },
  ] as const
}

/** A range of days: presets, two fields to type in, a calendar for both hands. */
export function DateRangePicker({ value, onChange, presets = [], min, max }: DateRangePickerProps) {
  const t = useTranslations('ui.dates')
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const day = (text: SiteDay) =>
    new Intl.DateTimeFormat(format.locale, { year: 'numeric', month: 'short', day: 'numeric' }).format(
      toLocalDate(text),
    )
  const label = value.from === value.to ? day(value.from) : `${day(value.from)} – ${day(value.to)}`
  const choose = (range: DayRange) => {
    onChange(range)
    setOpen(false)
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('range')}
      className="p-0"
      trigger={
        <Button icon={CalendarDays} aria-label={`${t('range')}: ${label}`} className="font-normal">
          {label}
        </Button>
      }
    >
      {open && (
        <Editor
          value={value}
          choose={choose}
          presets={[
            ...presets,
            ...usualRanges(siteDayOf(new Date(), format.timeZone)).map(({ key, range }) => ({
              label: t(key),
              range,
            })),
          ].filter(({ range }) => (!min || range.to >= min) && (!max || range.from <= max))}
          {...(min ? { min } : {})}
          {...(max ? { max } : {})}
        />
      )}
    </Popover>
  )
}

function Editor({
  value,
  choose,
  presets,
  min,
  max,
}: {
  value: DayRange
  choose: (range: DayRange) => void
  presets: readonly { label: string; range: DayRange }[]
  min?: SiteDay
  max?: SiteDay
}) {
  const t = useTranslations('ui.dates')
  const { locale } = useFormat()
  const headingId = useId()
  const [from, setFrom] = useState(value.from)
  const [to, setTo] = useState(value.to)
  // The first click of the calendar begins a new range, the second ends it.
  const [started, setStarted] = useState(false)
  const valid = isSiteDay(from) && isSiteDay(to)
  const ordered = !valid || from <= to

  const pick = (date: Date) => {
    const picked = fromLocalDate(date)
    if (!started || picked < from) {
      setFrom(picked)
      setTo(picked)
      setStarted(true)
    } else {
      setTo(picked)
      setStarted(false)
    }
  }

  return (
    <div className="flex flex-col sm:flex-row">
      <div className="border-line border-b p-2 sm:w-40 sm:border-r sm:border-b-0">
        <h3 id={headingId} className="px-2 py-1 text-faint text-xs">
          {t('presets')}
        </h3>
        <ul aria-labelledby={headingId} className="flex flex-wrap sm:flex-col">
          {presets.map(({ label, range }) => (
            <li key={label}>
              <button
                type="button"
                onClick={() => choose(range)}
                {...(range.from === value.from && range.to === value.to ? { 'aria-current': true } : {})}
                className="h-8 w-full whitespace-nowrap rounded-md px-2 text-left text-sm hover:bg-hover aria-[current]:bg-accent-soft aria-[current]:text-accent"
              >
                {label}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <form
        className="flex flex-col gap-3 p-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (valid && ordered) choose({ from, to })
        }}
      >
        <div className="flex w-[252px] gap-2">
          <Field label={t('from')} error={isSiteDay(from) ? undefined : t('badDate')} className="flex-1">
            {(control) => (
              <Input {...control} value={from} onChange={(event) => setFrom(event.target.value.trim())} />
            )}
          </Field>
          <Field
            label={t('to')}
            error={!isSiteDay(to) ? t('badDate') : ordered ? undefined : t('badOrder')}
            className="flex-1"
          >
            {(control) => (
              <Input {...control} value={to} onChange={(event) => setTo(event.target.value.trim())} />
            )}
          </Field>
        </div>
        <DayPicker
          mode="range"
          locale={locale === 'ko' ? ko : enUS}
          weekStartsOn={locale === 'ko' ? 0 : 1}
          defaultMonth={toLocalDate(isSiteDay(to) ? to : value.to)}
          selected={{
            from: isSiteDay(from) ? toLocalDate(from) : undefined,
            to: isSiteDay(to) ? toLocalDate(to) : undefined,
          }}
          onDayClick={(date, modifiers) => {
            if (!modifiers.disabled) pick(date)
          }}
          {...(min ? { startMonth: toLocalDate(min) } : {})}
          {...(max ? { endMonth: toLocalDate(max) } : {})}
          disabled={[
            ...(min ? [{ before: toLocalDate(min) }] : []),
            ...(max ? [{ after: toLocalDate(max) }] : []),
          ]}
          classNames={calendarClasses}
          labels={{ labelPrevious: () => t('previousMonth'), labelNext: () => t('nextMonth') }}
        />
        <div className="flex items-center justify-between gap-2">
          <span className="text-faint text-xs">
            {valid && ordered ? t('days', { count: daysBetween(from, to) }) : ''}
          </span>
          <Button type="submit" variant="primary" size="sm" disabled={!valid || !ordered}>
            {t('apply')}
          </Button>
        </div>
      </form>
    </div>
  )
}
