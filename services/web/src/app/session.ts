import { useSyncExternalStore } from 'react'
import { forgetChanges } from './cache.ts'
import { client } from './client.ts'
import { queryClient } from './query-client.ts'
import { forgetSnapshot } from './snapshot.ts'

export type Viewer = NonNullable<ReturnType<typeof client.session.current>>['user']

interface Presence {
  viewer: Viewer | null
  /** The session has ended on its own: the viewer stays on the page, so that nothing typed is lost, until signed in again. */
  isExpired: boolean
}

let presence: Presence = { viewer: client.session.current()?.user ?? null, isExpired: false }
const listeners = new Set<() => void>()

client.session.subscribe((change) => {
  const viewer = client.session.current()?.user ?? null
  const ended = viewer === null && presence.viewer !== null && change !== 'signed-out'
  if (ended) return put({ viewer: presence.viewer, isExpired: true })
  const isBack = presence.isExpired
  if (viewer?.id !== presence.viewer?.id) forget()
  put({ viewer, isExpired: false })
  // What was refused in between is asked for again.
  if (isBack) void queryClient.invalidateQueries()
})

/** What one person saw is not the next one's business. */
function forget(): void {
  queryClient.clear()
  forgetChanges()
  forgetSnapshot()
}

function put(next: Presence): void {
  if (next.viewer?.id === presence.viewer?.id && next.isExpired === presence.isExpired) return
  presence = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Calls back when who is signed in, or whether the session holds, has changed. */
export function watchPresence(listener: (presence: Presence) => void): () => void {
  return subscribe(() => listener(presence))
}

/** Goes on as nobody. */
export function leave(): void {
  forget()
  put({ viewer: null, isExpired: false })
}

export function usePresence(): Presence {
  return useSyncExternalStore(subscribe, () => presence)
}

export function useViewer(): Viewer | null {
  return usePresence().viewer
}

export function currentViewer(): Viewer | null {
  return presence.viewer
}
