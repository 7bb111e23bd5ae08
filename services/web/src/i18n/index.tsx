import { type Messages, setupI18n } from '@lingui/core'
import { I18nProvider, Trans, useLingui } from '@lingui/react'
import type { ReactElement, ReactNode } from 'react'
import { pseudoLocale } from './locales.ts'
import type { messages } from './messages/en.ts'

export type MessageId = keyof typeof messages
export type Values = Record<string, string | number>
export type Translate = (id: MessageId, values?: Values) => string

const i18n = setupI18n()

type Catalog = () => Promise<{ messages: Messages }>

/** What is said on pages with photographs, with which most visits begin, and the rest. */
const catalogs: Record<string, { first: Catalog; more: Catalog }> = {
  en: { first: () => import('virtual:messages/en'), more: () => import('virtual:messages/en/more') },
  de: { first: () => import('virtual:messages/de'), more: () => import('virtual:messages/de/more') },
  [pseudoLocale]: {
    first: () => import('virtual:messages/ar-XB'),
    more: () => import('virtual:messages/ar-XB/more'),
  },
}
let areAllWanted = false
/** What is shown, or will be as soon as it has come. */
let wanted = ''

function catalogOf(locale: string): { first: Catalog; more: Catalog } {
  return (catalogs[locale] ?? catalogs['en'])!
}

/** Loads a language and shows it everywhere. */
export async function activate(locale: string): Promise<void> {
  wanted = locale
  const { first, more } = catalogOf(locale)
  const parts = await Promise.all([first(), ...(areAllWanted ? [more()] : [])])
  // Another one was chosen in the meantime.
  if (wanted !== locale) return
  for (const { messages } of parts) i18n.load(locale, messages)
  i18n.activate(locale)
  document.documentElement.lang = formatLocale(locale)
  document.documentElement.dir = locale === pseudoLocale ? 'rtl' : 'ltr'
}

/** Loads the rest of the language: what most pages without photographs say. */
export async function allMessages(): Promise<void> {
  areAllWanted = true
  if (wanted === '') return
  const locale = wanted
  const { messages } = await catalogOf(locale).more()
  i18n.load(locale, messages)
}

/** The pseudo-locale writes dates and numbers as English does. */
function formatLocale(locale: string): string {
  return locale === pseudoLocale ? 'en' : locale
}

export function LanguageProvider({ children }: { children: ReactNode }): ReactElement {
  return <I18nProvider i18n={i18n}>{children}</I18nProvider>
}

export interface Language {
  t: Translate
  locale: string
  number: (value: number) => string
  /** As short as counts beside an icon want it: 1.2K. */
  compact: (value: number) => string
  date: (value: string | Date, style?: Intl.DateTimeFormatOptions) => string
  /** 5 min. ago, yesterday, 3 May. */
  ago: (value: string | Date, now?: Date) => string
}

const languages = new Map<string, Language>()

export function useLanguage(): Language {
  // For its locale; there is one of it.
  const { locale } = useLingui().i18n
  const known = languages.get(locale)
  if (known) return known
  const language = languageOf(locale, (id, values) => i18n._(id, values))
  languages.set(locale, language)
  return language
}

export function languageOf(locale: string, t: Translate): Language {
  const tag = formatLocale(locale)
  // Making one takes a slow telephone longer than drawing a post: each is made when it is first needed, and once.
  const numbers = once(() => new Intl.NumberFormat(tag))
  const compact = once(() => new Intl.NumberFormat(tag, { notation: 'compact', maximumFractionDigits: 1 }))
  const relative = once(() => new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' }))
  const dates = new Map<string, Intl.DateTimeFormat>()

  function date(value: string | Date, style: Intl.DateTimeFormatOptions): string {
    const key = JSON.stringify(style)
    const format = dates.get(key) ?? new Intl.DateTimeFormat(tag, style)
    dates.set(key, format)
    return format.format(new Date(value))
  }

  return {
    t,
    locale: tag,
    number: (value) => numbers().format(value),
    compact: (value) => compact().format(value),
    date: (value, style = { dateStyle: 'long', timeStyle: 'short' }) => date(value, style),
    ago(value, now = new Date()) {
      const then = new Date(value)
      // A clock that is slow puts what just happened into the future.
      const seconds = Math.max(0, (now.getTime() - then.getTime()) / 1000)
      if (seconds < 60) return t('time.now')
      if (seconds < 3600) return relative().format(-Math.floor(seconds / 60), 'minute')
      if (seconds < 86_400) return relative().format(-Math.floor(seconds / 3600), 'hour')
      if (seconds < 7 * 86_400) return relative().format(-Math.floor(seconds / 86_400), 'day')
      const year = then.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
      return date(then, { day: 'numeric', month: 'short', ...year })
    },
  }
}

function once<Value>(make: () => Value): () => Value {
  let value: Value | undefined
  return () => (value ??= make())
}

/** A message with elements in it: `<link>…</link>`. */
export function Message(props: {
  id: MessageId
  values?: Values
  components?: Record<string, ReactElement>
}): ReactElement {
  return <Trans id={props.id} values={props.values ?? {}} components={props.components ?? {}} />
}
