'use client'

import { Check, Minus } from 'lucide-react'
import { Checkbox as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { useId } from 'react'

interface CheckboxProps {
  checked: boolean | 'indeterminate'
  onChange: (checked: boolean) => void
  label: ReactNode
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean
  disabled?: boolean
}

/** On, off, or partly on, with its label. */
export function Checkbox({ checked, onChange, label, hideLabel = false, disabled = false }: CheckboxProps) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-2 text-sm">
      <Primitive.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(next) => onChange(next === true)}
        className="flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface transition-colors disabled:opacity-50 data-[state=checked]:border-accent data-[state=indeterminate]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:bg-accent"
      >
        <Primitive.Indicator>
          {checked === 'indeterminate' ? (
            <Minus className="size-3 text-on-accent" aria-hidden />
          ) : (
            <Check className="size-3 text-on-accent" aria-hidden />
          )}
        </Primitive.Indicator>
      </Primitive.Root>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'select-none'}>
        {label}
      </label>
    </span>
  )
}
