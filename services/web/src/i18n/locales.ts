/** The languages of the app, by their own names. */
export const locales = { en: 'English', de: 'Deutsch' } as const

export type Locale = keyof typeof locales

/** For tests of layout: mirrored, longer English. */
export const pseudoLocale = 'ar-XB'

const key = 'daguerre.locale'

export function chosenLocale(): string | null {
  const chosen = localStorage.getItem(key)
  return chosen !== null && (chosen in locales || chosen === pseudoLocale) ? chosen : null
}

export function chooseLocale(locale: string | null): void {
  if (locale === null) localStorage.removeItem(key)
  else localStorage.setItem(key, locale)
}

/** What was chosen, else the first of the browser's languages that there is, else English. */
export function preferredLocale(languages: readonly string[] = navigator.languages): string {
  const known = languages.map((language) => language.split('-')[0]?.toLowerCase() ?? '')
  return chosenLocale() ?? known.find((language) => language in locales) ?? 'en'
}
