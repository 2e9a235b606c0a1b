'use client'

import { Switch as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { useId } from 'react'

interface SwitchProps {
  checked: boolean
  onChange: (checked: boolean) => void
  label: ReactNode
  hideLabel?: boolean
  disabled?: boolean
}

/** A setting that takes effect at once. */
export function Switch({ checked, onChange, label, hideLabel = false, disabled = false }: SwitchProps) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-2 text-sm">
      <Primitive.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        className="relative h-5 w-9 shrink-0 rounded-full border border-line-strong bg-subtle transition-colors disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Primitive.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-[18px] data-[state=checked]:bg-on-accent" />
      </Primitive.Root>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'select-none'}>
        {label}
      </label>
    </span>
  )
}
