import { client } from '../../app/client.ts'
import { currentViewer } from '../../app/session.ts'
import { storage } from '../../app/storage.ts'

/**
 * How it stands with pushes in this browser: `blocked` can only be undone in the browser's own settings, `install` means that
 * the app has to be put on the home screen first (iOS), `unreachable` that the browser's push service did not answer.
 */
export type PushState = 'on' | 'off' | 'blocked' | 'install' | 'unsupported' | 'unreachable'

/** Who wants pushes in this browser. It outlives a session: who signs in again hears again. */
const wantedKey = 'daguerre.push'

async function worker(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator) || !('PushManager' in globalThis) || !('Notification' in globalThis)) return null
  return (await navigator.serviceWorker.getRegistration()) ?? null
}

async function withoutSubscription(): Promise<PushState | null> {
  if (await worker()) return Notification.permission === 'denied' ? 'blocked' : null
  return isUninstalledPhone() ? 'install' : 'unsupported'
}

function isUninstalledPhone(): boolean {
  const isApple =
    /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1)
  return isApple && !matchMedia('(display-mode: standalone)').matches
}

/** Asks browser and server. @throws ApiError, ConnectionError */
export async function readPushState(): Promise<PushState> {
  const impossible = await withoutSubscription()
  if (impossible) return impossible
  const subscription = await (await worker())?.pushManager.getSubscription()
  if (!subscription) return 'off'
  const { subscribed, endpoint } = await client.get('/api/v1/notifications/push')
  return subscribed && endpoint === subscription.endpoint ? 'on' : 'off'
}

/**
 * Asks the person, then lets the server send. Call it from a click: browsers refuse the question otherwise.
 * @throws ApiError, ConnectionError
 */
export async function enablePush(): Promise<PushState> {
  const impossible = await withoutSubscription()
  if (impossible) return impossible
  const permission = await Notification.requestPermission()
  if (permission !== 'granted') return permission === 'denied' ? 'blocked' : 'off'
  const state = await subscribe()
  if (state === 'on') storage.set(wantedKey, currentViewer()?.id ?? null)
  return state
}

/** @throws ApiError, ConnectionError */
export async function disablePush(): Promise<PushState> {
  storage.set(wantedKey, null)
  await client.delete('/api/v1/notifications/push')
  await forgetSubscription()
  return 'off'
}

/** Ends what this browser has subscribed to; the server hears of it by itself. For when somebody signs out. */
export async function forgetSubscription(): Promise<void> {
  const subscription = await (await worker())?.pushManager.getSubscription()
  await subscription?.unsubscribe().catch(() => false)
}

/** Renews what ran out or belonged to an earlier session, if the viewer wants pushes here. Never asks anything. */
export async function keepPush(): Promise<void> {
  const viewer = currentViewer()
  if (!viewer || storage.get(wantedKey) !== viewer.id || (await withoutSubscription())) return
  if (Notification.permission !== 'granted') return
  if ((await readPushState()) === 'off') await subscribe()
}

async function subscribe(): Promise<PushState> {
  const manager = (await worker())?.pushManager
  if (!manager) return 'unsupported'
  const { publicKey } = await client.get('/api/v1/notifications/push')
  const key = bytesOf(publicKey)
  let subscription = await manager.getSubscription()
  if (subscription && !isSameKey(subscription.options.applicationServerKey, key)) {
    await subscription.unsubscribe()
    subscription = null
  }
  try {
    subscription ??= await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  } catch {
    return Notification.permission === 'denied' ? 'blocked' : 'unreachable'
  }
  const { endpoint, expirationTime, keys } = subscription.toJSON()
  await client.put('/api/v1/notifications/push', {
    body: {
      endpoint: endpoint ?? subscription.endpoint,
      ...(typeof expirationTime === 'number' ? { expirationTime } : {}),
      keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' },
    },
  })
  return 'on'
}

function isSameKey(known: ArrayBuffer | null, key: Uint8Array): boolean {
  if (!known || known.byteLength !== key.length) return false
  return new Uint8Array(known).every((byte, index) => byte === key[index])
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
}
