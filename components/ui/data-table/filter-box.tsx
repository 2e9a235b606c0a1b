'use client'

import { Search, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { DropdownMenu } from '../dropdown-menu.tsx'
import { IconButton } from '../icon-button.tsx'
import { Input } from '../input.tsx'

/** Long enough that a word is typed as one, short enough to feel immediate. */
const settleMs = 220

interface FilterBoxProps {
  value: string
  onChange: (value: string) => void
  /** Names that may stand before a colon. */
  fields: readonly string[]
  placeholder?: string
}

/** Free text and `field:value`; `/` jumps here. */
export function FilterBox({ value, onChange, fields, placeholder }: FilterBoxProps) {
  const t = useTranslations('ui.table')
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const sent = useRef(value)

  // The address changed by other means (back, a link): the box follows.
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value
      setText(value)
    }
  }, [value])

  useEffect(() => {
    if (text === sent.current) return
    const timer = setTimeout(() => {
      sent.current = text
      onChange(text)
    }, settleMs)
    return () => clearTimeout(timer)
  }, [text, onChange])

  const begin = (field: string) => {
    setText((held) => `${held}${held === '' || held.endsWith(' ') ? '' : ' '}${field}:`)
    // The menu gives focus back to its button first.
    requestAnimationFrame(() => input.current?.focus())
  }

  return (
    <div className="flex min-w-40 flex-1 items-center gap-1 sm:max-w-md">
      <Input
        ref={input}
        data-filter-box
        icon={Search}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            if (text === '') event.currentTarget.blur()
            setText('')
          }
        }}
        placeholder={placeholder ?? t('filterPlaceholder')}
        aria-label={t('filter')}
        spellCheck={false}
        autoComplete="off"
        boxClassName="min-w-0 flex-1"
        trailing={
          text === '' ? null : (
            <IconButton
              icon={X}
              label={t('clearFilter')}
              size="sm"
              tooltip={false}
              className="size-6"
              onClick={() => {
                setText('')
                input.current?.focus()
              }}
            />
          )
        }
      />
      {fields.length > 0 && (
        <DropdownMenu
          align="start"
          trigger={
            <button
              type="button"
              className="hidden h-8 shrink-0 rounded-md px-2 text-faint text-xs hover:bg-hover hover:text-ink sm:block"
            >
              {t('fields')}
            </button>
          }
          groups={[
            fields.map((field) => ({
              label: <code className="text-xs">{field}:</code>,
              onSelect: () => begin(field),
            })),
          ]}
        />
      )}
    </div>
  )
}
