import { createTranslator } from 'next-intl'
import type { AlertEvent } from '#lib/api/alerts.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import en from '../../messages/en/alerts.json' with { type: 'json' }
import ko from '../../messages/ko/alerts.json' with { type: 'json' }

const words = { en, ko }

/** What a channel is told, in its language. */
export interface AlertMessage {
  event: AlertEvent | 'test'
  title: string
  text: string
  /** of the page that shows it */
  url: string
  at: Date
}

/** Puts something that happened into words. */
export function alertMessage(
  alert: { event: AlertEvent; subject: string; message: string; href: string; at: Date },
  language: Locale,
  publicUrl: string,
): AlertMessage {
  const t = createTranslator({ locale: language, messages: words[language], namespace: 'title' })
  const { event, subject, message, href, at } = alert
  return { event, title: t(event, { subject }), text: message, url: `${publicUrl}${href}`, at }
}

/** What the test button sends. */
export function testMessage(language: Locale, publicUrl: string): AlertMessage {
  const t = createTranslator({ locale: language, messages: words[language], namespace: 'test' })
  return {
    event: 'test',
    title: t('title'),
    text: t('text'),
    url: `${publicUrl}/admin/alerts`,
    at: new Date(),
  }
}
