'use client'

import { useRouter } from 'next/navigation'
import { useLocale } from 'next-intl'
import { apiSend } from '#lib/client/api.ts'
import { useMe } from '#lib/client/use-me.ts'

export type Language = 'ko' | 'en'

/** The page's language, and how to change it: in this browser at once, and with the account for the next one. */
export function useLanguage(): [Language, (language: Language) => void] {
  const router = useRouter()
  const me = useMe()
  const current: Language = useLocale() === 'ko' ? 'ko' : 'en'
  const change = (language: Language) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the server reads it to choose the messages
    document.cookie = `firn-language=${language}; path=/; max-age=31536000; samesite=lax`
    if (me?.type === 'user') {
      // The page changes either way; an account that could not be told only matters on another device.
      apiSend('PATCH', '/api/v1/me', { language }).catch(() => undefined)
    }
    router.refresh()
  }
  return [current, change]
}
