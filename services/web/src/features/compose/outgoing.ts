import { storage } from '../../app/storage.ts'
import { createStore, useStore } from '../../app/store.ts'

/** How it stands with a post that is on its way. */
export type Going =
  | { is: 'sending'; share: number }
  /** It goes on by itself: at a time, when there is a line, or when somebody has signed in. */
  | { is: 'held'; until: number | null; why: 'line' | 'session' | 'server' }
  | { is: 'refused' }
  /** The server has it, and works on its photos. */
  | { is: 'finishing' }
  /** Everybody sees it; or it takes so long that nobody has to wait for it. */
  | { is: 'done'; postId: string; isOut: boolean }

export interface Outgoing {
  id: string
  photos: number
  going: Going
}

/** Whose posts are on their way, so that a start without any costs nothing. */
const key = 'daguerre.outgoing'

const list = createStore<readonly Outgoing[]>([])
export const putOutgoing = list.set

export function useOutgoing(): readonly Outgoing[] {
  return useStore(list)
}

export function noteOutgoing(ownerId: string | null): void {
  storage.set(key, ownerId)
}

export function hasOutgoing(ownerId: string): boolean {
  return storage.get(key) === ownerId
}

/** Another tab has sent something on its way, or it has arrived. */
export function watchOutgoing(listener: () => void): () => void {
  function onStorage(event: StorageEvent): void {
    if (event.key === key) listener()
  }
  addEventListener('storage', onStorage)
  return () => removeEventListener('storage', onStorage)
}
