// What of a service worker's own world is used here. The compiler knows either that or a page's, and most of the app is a page.

export interface Extendable extends Event {
  /** The worker lives until it is done. */
  waitUntil(work: Promise<unknown>): void
}
export interface FetchEvent extends Extendable {
  readonly request: Request
  respondWith(response: Response | Promise<Response>): void
}
interface PushEvent extends Extendable {
  readonly data: { json(): unknown } | null
}
interface NotificationClick extends Extendable {
  readonly notification: Notification
}
/** Background Sync: there is a line. */
interface SyncEvent extends Extendable {
  readonly tag: string
}
interface MessageFromPage extends Extendable {
  readonly data: unknown
}
export interface PageClient {
  readonly url: string
  readonly visibilityState: DocumentVisibilityState
  readonly focused: boolean
  focus(): Promise<PageClient>
  postMessage(message: unknown): void
}

interface WorkerEvents {
  install: Extendable
  activate: Extendable
  fetch: FetchEvent
  push: PushEvent
  notificationclick: NotificationClick
  sync: SyncEvent
  message: MessageFromPage
}

interface WorkerScope {
  readonly registration: ServiceWorkerRegistration
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<PageClient[]>
    openWindow(url: string): Promise<PageClient | null>
    claim(): Promise<void>
  }
  skipWaiting(): Promise<void>
  addEventListener<Type extends keyof WorkerEvents>(type: Type, listener: (event: WorkerEvents[Type]) => void): void
}

export const scope = globalThis as unknown as WorkerScope

/** The pages of the app that are open. */
export async function openPages(): Promise<PageClient[]> {
  return await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
}
