import { files } from 'virtual:page-files'
import { sessionKey, snapshotKey, themeKey } from '../device/names.ts'
import { cardsOnFirstScreen, sizesInCard } from '../features/post/sizes.ts'
import { initialLocale } from '../i18n/locales.ts'
import { photoSource, type Media } from '../ui/photo-source.ts'
import type { Begun } from './begun.ts'
import { firstPage } from './first-page.ts'

// Stands in the head of every page and runs before anything is painted, so that who chose an appearance never sees the
// other one flash, and what the page shows first is asked for while the code that shows it is on its way.

/** All code that was asked for is here. Where browsers do not load it in advance, when the page is. */
const codeIsHere = new Promise<void>((resolve) => {
  const loaded = new Set<EventTarget | null>()
  function onLoad({ target }: Event): void {
    loaded.add(target)
    const isAll = [...document.querySelectorAll('link[rel=modulepreload]')].every((link) => loaded.has(link))
    if (!isAll && target !== document) return
    removeEventListener('load', onLoad, true)
    resolve()
  }
  addEventListener('load', onLoad, true)
})

/** A token this close to its end is renewed before it is sent, and that is for the app to do. */
const marginMs = 30_000

interface Session {
  accessToken: string
  expiresAt: number
}

function begin(): void {
  const theme = localStorage.getItem(themeKey)
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme

  const session = JSON.parse(localStorage.getItem(sessionKey) ?? 'null') as Session | null
  const page = firstPage(location.pathname, session !== null)
  for (const file of [...(files[initialLocale()] ?? []), ...(page ? (files[page.route] ?? []) : [])]) preloadFile(file)
  // Who was here before sees first what was there then, and has the code.
  const wasHere = localStorage.getItem(snapshotKey) !== null
  if (!wasHere) setTimeout(warmUp)
  if (!page || (page.isOfCards && wasHere) || (session && session.expiresAt - Date.now() < marginMs)) return

  const authorization = session && `Bearer ${session.accessToken}`
  const begun: Begun = { authorization, answers: new Map() }
  for (const path of page.asks) {
    const answer = fetch(path, { headers: authorization ? { authorization } : {} })
    // Who takes it hears of it.
    answer.catch(() => {})
    begun.answers.set(path, answer)
  }
  window.begun = begun
  const [first] = begun.answers.values()
  if (page.isOfCards && first) preloadPhotos(first).catch(() => {})
}

function preloadFile(file: string): void {
  const link = document.createElement('link')
  if (file.endsWith('.css')) Object.assign(link, { rel: 'preload', as: 'style' })
  else link.rel = 'modulepreload'
  // As they are asked for when they are wanted.
  link.crossOrigin = ''
  link.href = file
  document.head.append(link)
}

/** How long code goes before photographs on a line that both have to share. */
const headStartMs = 300

/** The first photographs of a feed are what its page is about; but without the code nobody sees them, so that goes first. */
async function preloadPhotos(answer: Promise<Response>): Promise<void> {
  const { items } = (await (await answer).clone().json()) as { items: { media: Media[] }[] }
  await Promise.race([codeIsHere, new Promise((resolve) => setTimeout(resolve, headStartMs))])
  for (const { media } of items.slice(0, cardsOnFirstScreen)) {
    const source = media[0] && photoSource(media[0])
    if (!source) continue
    const link = document.createElement('link')
    Object.assign(link, { rel: 'preload', as: 'image', fetchPriority: 'high', imageSizes: sizesInCard })
    link.imageSrcset = source.srcSet
    document.head.append(link)
  }
}

/** The first format of a kind takes a slow telephone 50 ms and more, in which now it would only wait for the line. */
function warmUp(): void {
  const locale = initialLocale()
  new Intl.NumberFormat(locale, { notation: 'compact' }).format(1)
  new Intl.RelativeTimeFormat(locale, { style: 'short' }).format(1, 'day')
  new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format()
}

try {
  begin()
} catch {
  // Storage is forbidden, or holds what nobody can read: the app begins by itself.
}
