import { storage } from '../app/storage.ts'

/** The languages of the app, by their own names. */
export const locales = { en: 'English', de: 'Deutsch' } as const

export type Locale = keyof typeof locales

/** For tests of layout: mirrored, accented English. Nobody is offered it who did not ask by `?locale=ar-XB`. */
export const pseudoLocale = 'ar-XB'

const key = 'daguerre.locale'

function isKnown(locale: string | null): locale is string {
  return locale !== null && (Object.hasOwn(locales, locale) || locale === pseudoLocale)
}

export function chosenLocale(): string | null {
  const chosen = storage.get(key)
  return isKnown(chosen) ? chosen : null
}

/** Null: whatever the browser prefers. */
export function chooseLocale(locale: string | null): void {
  storage.set(key, locale)
}

/** What the address asks for, which is then what was chosen; else what was chosen; else what the browser prefers. */
export function initialLocale(search: string = location.search): string {
  const asked = new URLSearchParams(search).get('locale')
  if (isKnown(asked)) chooseLocale(asked)
  return chosenLocale() ?? preferredLocale()
}

/** The first of the browser's languages that there is, else English. */
export function preferredLocale(languages: readonly string[] = navigator.languages): string {
  const known = languages.map((language) => language.split('-')[0]?.toLowerCase() ?? '')
  return known.find((language) => Object.hasOwn(locales, language)) ?? 'en'
}
