import type { Messages } from '@lingui/core'
import { messages as pseudo } from 'virtual:messages/ar-XB/notification'
import { messages as de } from 'virtual:messages/de/notification'
import { messages as en } from 'virtual:messages/en/notification'
import { showBadge } from '../device/badge.ts'
import { readOne } from '../device/database.ts'
import { openPages, type PageClient, scope } from './scope.ts'
import { type PushMessage, wordsOf } from './words.ts'

const catalogs: Record<string, Messages> = { en, de, 'ar-XB': pseudo }

/** Shows what has happened, unless somebody looks at the app: there it is seen as it happens. */
export async function showPush(message: PushMessage): Promise<void> {
  showBadge(message.unread)
  if ((await openPages()).some(({ focused, visibilityState }) => focused && visibilityState === 'visible')) return
  const locale = (await readOne<string>('values', 'locale')) ?? 'en'
  const messages = catalogs[locale] ?? en
  const { title, body } = wordsOf(message, { locale, messages })
  // Not all of it is in the compiler's notion of a notification.
  const options: NotificationOptions & { image?: string; timestamp?: number } = {
    body,
    tag: message.tag,
    icon: message.icon ?? '/icons/icon-192.png',
    badge: '/icons/badge-96.png',
    ...(message.image === null ? {} : { image: message.image }),
    timestamp: Date.parse(message.at),
    dir: locale === 'ar-XB' ? 'rtl' : 'ltr',
    lang: locale === 'ar-XB' ? 'en' : locale,
    data: { url: message.url },
  }
  await scope.registration.showNotification(title, options)
}

/** Leads to what it is about: in a page that is open, else in a new one. */
export async function openNotification(notification: Notification): Promise<void> {
  notification.close()
  const { url } = notification.data as { url: string }
  const pages = await openPages()
  const page = pages.find((each) => each.visibilityState === 'visible') ?? pages[0]
  if (!page) return void (await scope.clients.openWindow(url))
  page.postMessage({ is: 'open', url })
  await page.focus().catch((): PageClient => page)
}
