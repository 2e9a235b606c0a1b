import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { AbstractIntlMessages } from 'next-intl'
import type { Locale } from './locale.ts'

const read = (directory: string): AbstractIntlMessages =>
  Object.fromEntries(
    readdirSync(directory)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => [
        path.basename(file, '.json'),
        JSON.parse(readFileSync(path.join(directory, file), 'utf8')) as AbstractIntlMessages,
      ]),
  )

const held = new Map<Locale, AbstractIntlMessages>()

/**
 * All messages of a language, keyed by area: `messages/ko/shell.json` is `useTranslations('shell')`.
 * Read once in production; at every request while developing, so that a changed text shows at once.
 */
export function loadMessages(locale: Locale, options: { keep: boolean }): AbstractIntlMessages {
  const found = options.keep ? held.get(locale) : undefined
  if (found) return found
  const messages = read(path.join(process.cwd(), 'messages', locale))
  held.set(locale, messages)
  return messages
}
