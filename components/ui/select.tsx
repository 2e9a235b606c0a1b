'use client'

import { Check, ChevronDown } from 'lucide-react'
import { Select as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from '#lib/client/cn.ts'
import { controlStyle } from './input.tsx'

export interface SelectOption<Value extends string = string> {
  value: Value
  label: ReactNode
  /** A second, quieter line. */
  description?: ReactNode
  disabled?: boolean
}

interface SelectProps<Value extends string> {
  value: Value | undefined
  onChange: (value: Value) => void
  options: readonly SelectOption<Value>[]
  placeholder?: string
  disabled?: boolean
  id?: string
  'aria-label'?: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: boolean | undefined
  className?: string
}

/** One of a few; values are never the empty string. */
export function Select<Value extends string>({
  value,
  onChange,
  options,
  placeholder,
  disabled,
  className,
  ...rest
}: SelectProps<Value>) {
  return (
    <Primitive.Root
      value={value ?? ''}
      onValueChange={(chosen) => onChange(chosen as Value)}
      {...(disabled === undefined ? {} : { disabled })}
    >
      <Primitive.Trigger
        className={cn(
          controlStyle,
          'flex items-center justify-between gap-2 text-left data-[placeholder]:text-faint',
          className,
        )}
        {...rest}
      >
        <span className="min-w-0 truncate">
          <Primitive.Value placeholder={placeholder} />
        </span>
        <Primitive.Icon asChild>
          <ChevronDown className="size-4 shrink-0 text-faint" aria-hidden />
        </Primitive.Icon>
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) animate-fade-in overflow-hidden rounded-md border border-line bg-surface shadow-pop"
        >
          <Primitive.Viewport className="p-1">
            {options.map((option) => (
              <Primitive.Item
                key={option.value}
                value={option.value}
                {...(option.disabled === undefined ? {} : { disabled: option.disabled })}
                className="relative flex min-h-8 cursor-default select-none flex-col justify-center rounded-sm py-1 pr-8 pl-2 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover"
              >
                <Primitive.ItemText>{option.label}</Primitive.ItemText>
                {option.description !== undefined && (
                  <span className="text-faint text-xs">{option.description}</span>
                )}
                <Primitive.ItemIndicator className="absolute top-2 right-2">
                  <Check className="size-4 text-accent" aria-hidden />
                </Primitive.ItemIndicator>
              </Primitive.Item>
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
