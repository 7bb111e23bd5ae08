import { localStorageStore, type Session } from '@daguerre/client'
import { client } from '../../app/client.ts'
import { storage } from '../../app/storage.ts'
import { readOne, write } from '../../device/database.ts'
import { alone } from '../../device/locks.ts'
import { backgroundLock, lentFlag, type WordToWorker, workerChannel } from '../../device/names.ts'

const patienceMs = 3_000

/**
 * The service worker cannot read what pages keep the session in. While posts are on their way it has a copy, so that it can
 * go on when all pages are closed.
 */
export async function lendSession(): Promise<void> {
  const session = client.session.current()
  if (!session || !('serviceWorker' in navigator)) return
  storage.set(lentFlag, session.user.id)
  await write([{ store: 'values', key: 'session', put: session }])
}

export async function giveBackSession(): Promise<void> {
  if (storage.get(lentFlag) === null) return
  storage.set(lentFlag, null)
  await write([{ store: 'values', key: 'session', remove: true }])
}

client.session.subscribe(() => {
  if (storage.get(lentFlag) !== null) void (client.session.current() ? lendSession() : giveBackSession())
})

/**
 * Before a page asks anything: a refresh token is good once, and the service worker may have used it. It is told to stop, and
 * what it has now is taken.
 */
export async function takeBackSession(): Promise<void> {
  const channel = new BroadcastChannel(workerChannel)
  channel.postMessage({ is: 'hand-over' } satisfies WordToWorker)
  channel.close()
  await alone(backgroundLock, adopt, AbortSignal.timeout(patienceMs)).catch(() => {})
}

async function adopt(): Promise<void> {
  const store = localStorageStore()
  const [mine, lent] = [store.get(), await readOne<Session>('values', 'session')]
  if (mine && lent && mine.user.id === lent.user.id && lent.expiresAt > mine.expiresAt) store.set(lent)
}

/** When the pages are gone or the line is back, the service worker goes on, where browsers have such a thing. */
export async function askWorkerToGoOn(): Promise<void> {
  if (storage.get(lentFlag) === null) return
  const registration: SyncRegistration | undefined = await navigator.serviceWorker?.getRegistration()
  await registration?.sync?.register('outbox').catch(() => {})
}

/** Background Sync, which not all browsers have. */
type SyncRegistration = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }
