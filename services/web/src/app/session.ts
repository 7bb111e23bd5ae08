import { forgetChanges } from './cache.ts'
import { client } from './client.ts'
import { queryClient } from './query-client.ts'
import { answerWho } from './reauthentication.ts'
import { forgetSnapshot } from './snapshot.ts'
import { createStore, useStore } from './store.ts'

export type Viewer = NonNullable<ReturnType<typeof client.session.current>>['user']

interface Presence {
  viewer: Viewer | null
  /** The session has ended on its own: the viewer stays on the page, so that nothing typed is lost, until signed in again. */
  isExpired: boolean
}

const presence = createStore<Presence>({ viewer: client.session.current()?.user ?? null, isExpired: false })

client.session.subscribe((change) => {
  const viewer = client.session.current()?.user ?? null
  const before = presence.get()
  const ended = viewer === null && before.viewer !== null && change !== 'signed-out'
  if (ended) return put({ viewer: before.viewer, isExpired: true })
  const isBack = before.isExpired
  if (viewer?.id !== before.viewer?.id) forget()
  put({ viewer, isExpired: false })
  // What was refused in between is asked for again.
  if (isBack) void queryClient.invalidateQueries()
})

/** What one person saw is not the next one's business. */
function forget(): void {
  queryClient.clear()
  forgetChanges()
  forgetSnapshot()
  // What waits for the one to say again who they are must not be done by the other.
  answerWho(false)
}

function put(next: Presence): void {
  const before = presence.get()
  if (next.viewer?.id !== before.viewer?.id || next.isExpired !== before.isExpired) presence.set(next)
}

/** Calls back when who is signed in, or whether the session holds, has changed. */
export function watchPresence(listener: (presence: Presence) => void): () => void {
  return presence.subscribe(() => listener(presence.get()))
}

/** Goes on as nobody. */
export function leave(): void {
  forget()
  put({ viewer: null, isExpired: false })
}

export function usePresence(): Presence {
  return useStore(presence)
}

export function useViewer(): Viewer | null {
  return usePresence().viewer
}

export function currentViewer(): Viewer | null {
  return presence.get().viewer
}
