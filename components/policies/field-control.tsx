'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Input } from '#components/ui/input.tsx'
import { Select } from '#components/ui/select.tsx'
import { fieldKinds, type PolicyField, type PolicyValue } from './field-specs.ts'

type TimeWindow = Exclude<Extract<PolicyValue, object>, string[]>

const units = {
  bytes: [
    ['MB', 1_000_000],
    ['MiB', 1_048_576],
  ],
  duration: [
    ['hours', 3_600_000],
    ['days', 86_400_000],
  ],
} as const
type UnitName = (typeof units)[keyof typeof units][number][0]

/** The largest unit in which a value is a whole number. */
function unitOf(kind: keyof typeof units, value: number): readonly [UnitName, number] {
  const fitting = units[kind].filter(([, size]) => value % size === 0)
  return fitting.at(-1) ?? units[kind][0]
}

interface ControlProps {
  field: PolicyField
  label: string
  value: PolicyValue
  onChange: (value: PolicyValue) => void
}

/** Edits the value of one field. */
export function FieldControl(props: ControlProps) {
  const { field, label, value, onChange } = props
  const t = useTranslations('policies')
  const kind = fieldKinds[field]
  switch (kind.kind) {
    case 'flag':
      return (
        <Select
          aria-label={label}
          value={String(value)}
          onChange={(next) => onChange(next === 'true')}
          options={[
            { value: 'true', label: t('on') },
            { value: 'false', label: t('off') },
          ]}
        />
      )
    case 'strategy':
      return (
        <Select
          aria-label={label}
          value={String(value)}
          onChange={onChange}
          options={(['binpack', 'sort', 'z-order'] as const).map((name) => ({
            value: name,
            label: t(`strategy.${name}`),
          }))}
        />
      )
    case 'text':
    case 'schedule':
      return (
        <Input
          aria-label={label}
          className="font-mono"
          placeholder={t(kind.kind === 'schedule' ? 'none.schedule' : `none.${field}`)}
          value={value === null ? '' : String(value)}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        />
      )
    case 'columns':
      return (
        <ColumnsControl field={field} label={label} value={value as string[] | null} onChange={onChange} />
      )
    case 'window':
      return <WindowControl label={label} value={value as TimeWindow | null} onChange={onChange} />
    default:
      return <NumberControl {...props} orNull={kind.orNull === true} kind={kind.kind} />
  }
}

/** Names of columns with commas between them; none is a choice, too. */
function ColumnsControl({
  field,
  label,
  value,
  onChange,
}: Omit<ControlProps, 'value'> & { value: string[] | null }) {
  const t = useTranslations('policies')
  const [text, setText] = useState(value?.join(', ') ?? '')
  return (
    <Input
      aria-label={label}
      className="font-mono"
      placeholder={t(`none.${field}`)}
      value={text}
      onChange={({ target }) => {
        setText(target.value)
        const names = target.value.split(',').flatMap((name) => name.trim() || [])
        onChange(names.length === 0 ? null : names)
      }}
    />
  )
}

function NumberControl({
  field,
  label,
  value,
  onChange,
  kind,
  orNull,
}: ControlProps & { kind: 'bytes' | 'duration' | 'count' | 'share'; orNull: boolean }) {
  const t = useTranslations('policies')
  const [[unit, size]] = useState(() =>
    kind === 'bytes' || kind === 'duration'
      ? unitOf(kind, typeof value === 'number' ? value : 0)
      : ([null, kind === 'share' ? 0.01 : 1] as const),
  )
  const shown = typeof value === 'number' ? Math.round((value / size) * 1_000) / 1_000 : ''
  return (
    <Input
      aria-label={label}
      type="number"
      min={0}
      step="any"
      placeholder={orNull ? t(`none.${field}`) : undefined}
      value={shown}
      trailing={
        unit === null && kind !== 'share' ? undefined : (
          <span className="text-faint text-xs">{unit === null ? '%' : t(`unit.${unit}`)}</span>
        )
      }
      onChange={({ target }) => {
        if (target.value === '') return onChange(orNull ? null : 0)
        const number = Number(target.value) * size
        onChange(kind === 'share' ? Math.round(number * 1_000) / 1_000 : Math.round(number))
      }}
    />
  )
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const

function WindowControl({
  label,
  value,
  onChange,
}: {
  label: string
  value: TimeWindow | null
  onChange: (value: TimeWindow | null) => void
}) {
  const t = useTranslations('policies')
  const window = value ?? { days: [...weekdays], from: '01:00', to: '05:00', timeZone: 'Asia/Seoul' }
  const set = (part: Partial<TimeWindow>) => onChange({ ...window, ...part })
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="sr-only">{label}</legend>
      <Checkbox
        checked={value === null}
        onChange={(any) => onChange(any ? null : window)}
        label={t('none.window')}
      />
      {value !== null && (
        <>
          <div className="flex flex-wrap gap-x-3 gap-y-1">
            {weekdays.map((day) => (
              <Checkbox
                key={day}
                checked={window.days.includes(day)}
                onChange={(on) =>
                  set({ days: weekdays.filter((one) => (one === day ? on : window.days.includes(one))) })
                }
                label={t(`day.${day}`)}
              />
            ))}
          </div>
          <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
            <Input
              type="time"
              aria-label={t('from')}
              value={window.from}
              onChange={({ target }) => set({ from: target.value })}
            />
            <Input
              type="time"
              aria-label={t('to')}
              value={window.to}
              onChange={({ target }) => set({ to: target.value })}
            />
            <Input
              aria-label={t('timeZone')}
              value={window.timeZone}
              boxClassName="col-span-2 sm:col-span-1"
              onChange={({ target }) => set({ timeZone: target.value })}
            />
          </div>
        </>
      )}
    </fieldset>
  )
}
