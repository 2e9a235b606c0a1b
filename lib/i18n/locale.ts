/** The languages of the product; messages/<locale>/<area>.json hold the same keys in each (messages.test.ts). */
export const locales = ['ko', 'en'] as const
export type Locale = (typeof locales)[number]

/** The cookie that remembers a choice; without it the browser's languages decide. */
export const languageCookie = 'firn-language'

export const isLocale = (value: string | undefined | null): value is Locale =>
  value === 'ko' || value === 'en'

/** The best of our languages for an Accept-Language header; English when it names neither. */
export function localeFromHeader(header: string | null): Locale {
  const wanted = (header ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';')
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)/.exec(parameter)?.[1]).find(Boolean)
      return {
        language: tag.toLowerCase().split('-')[0],
        quality: quality === undefined ? 1 : Number(quality),
      }
    })
    .sort((one, other) => other.quality - one.quality)
  for (const { language, quality } of wanted) if (quality > 0 && isLocale(language)) return language
  return 'en'
}
