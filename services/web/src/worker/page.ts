import { router } from '../app/router.tsx'
import { currentViewer, watchPresence } from '../app/session.ts'
import { storage } from '../app/storage.ts'
import { write } from '../device/database.ts'
import { photoCache } from '../device/names.ts'
import { forgetPosts } from '../features/compose/posts.ts'
import { keepPush } from '../features/push/push.ts'

const updateEveryMs = 3_600_000
const firstAfterMs = 6_000
/** Whose photographs are kept. */
const seenByKey = 'daguerre.seen-by'

let isStarted = false
/** A new version of the app, which waits until it is wanted. */
let waiting: ServiceWorker | null = null
let tellOfWaiting: ((take: () => void) => void) | null = null

/** Begins with the service worker. `onNewVersion` gets what takes the new version in place of this. */
export function startWorker(onNewVersion: (take: () => void) => void): () => void {
  tellOfWaiting = onNewVersion
  if (!isStarted) {
    isStarted = true
    void keepPhotosOfViewer()
    watchPresence(() => void keepPhotosOfViewer())
    if (import.meta.env.PROD && 'serviceWorker' in navigator) void register(navigator.serviceWorker)
  }
  return () => {
    tellOfWaiting = null
  }
}

async function register(serviceWorker: ServiceWorkerContainer): Promise<void> {
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ is?: string; url?: string }>) => {
    if (data.is === 'open' && data.url) void router.navigate({ href: data.url })
  })
  // At the first visit all of the app is loaded: not while the photographs of the page are.
  if (!serviceWorker.controller) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, firstAfterMs - performance.now())))
  }
  const registration = await serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => null)
  if (!registration) return
  // The first one takes nobody's place.
  if (registration.waiting && serviceWorker.controller) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const next = registration.installing
    next?.addEventListener('statechange', () => {
      if (next.state === 'installed' && serviceWorker.controller) offer(next)
    })
  })
  setInterval(() => void registration.update().catch(() => {}), updateEveryMs)
  void keepPush().catch(() => {})
  watchPresence(() => void keepPush().catch(() => {}))
}

function offer(worker: ServiceWorker): void {
  waiting = worker
  tellOfWaiting?.(take)
}

function take(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  waiting?.postMessage('take-over')
}

/** In which language the service worker speaks of what happens. */
export async function tellLocale(locale: string): Promise<void> {
  await write([{ store: 'values', key: 'locale', put: locale }])
}

/** Photographs that one person saw are not the next one's business. */
async function keepPhotosOfViewer(): Promise<void> {
  const viewerId = currentViewer()?.id ?? null
  const seenBy = storage.get(seenByKey)
  if (seenBy !== null && seenBy !== viewerId && 'caches' in globalThis) await caches.delete(photoCache)
  storage.set(seenByKey, viewerId)
}

/** For when somebody signs out: nothing of theirs stays in this browser. */
export async function forgetPerson(id: string): Promise<void> {
  if ('caches' in globalThis) await caches.delete(photoCache)
  await forgetPosts(id)
  await write([
    { store: 'values', key: 'session', remove: true },
    { store: 'values', key: 'incoming', remove: true },
  ])
}
