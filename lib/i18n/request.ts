import { cookies, headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { env } from '#lib/env.ts'
import { isLocale, languageCookie, localeFromHeader } from './locale.ts'
import { loadMessages } from './messages.ts'

/** next-intl's configuration of a request: language by cookie, else by the browser; never by the address. */
export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(languageCookie)?.value
  const locale = isLocale(chosen) ? chosen : localeFromHeader((await headers()).get('accept-language'))
  const { DEFAULT_TIME_ZONE, NODE_ENV } = env()
  return {
    locale,
    timeZone: DEFAULT_TIME_ZONE,
    messages: loadMessages(locale, { keep: NODE_ENV === 'production' }),
  }
})
