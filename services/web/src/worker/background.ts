import { createClient, memoryStore, type Session, type TokenStore } from '@daguerre/client'
import { readOne, write } from '../device/database.ts'
import { backgroundLock, type WordToWorker, workerChannel } from '../device/names.ts'
import { deliver } from '../features/compose/deliver.ts'
import {
  isAsItCame,
  noteStored,
  type Photo,
  type PostInWork,
  readFile,
  readPost,
  readPosts,
  readPrint,
} from '../features/compose/posts.ts'
import { openPages } from './scope.ts'

/** A page that is reloaded is gone for a moment. */
const graceMs = 3_000

/**
 * Brings home what is on its way when no page is left to do it, with the session that the last one has lent.
 * @throws if there is more to do: the browser calls again
 */
export async function goOn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, graceMs))
  if ((await openPages()).length > 0) return
  const handedOver = new AbortController()
  const channel = new BroadcastChannel(workerChannel)
  channel.addEventListener('message', ({ data }: MessageEvent<WordToWorker>) => {
    if (data.is === 'hand-over') handedOver.abort()
  })
  try {
    await navigator.locks.request(backgroundLock, () => carryAll(handedOver.signal))
  } finally {
    channel.close()
  }
}

async function carryAll(signal: AbortSignal): Promise<void> {
  const lent = await readOne<Session>('values', 'session')
  if (!lent || signal.aborted) return
  const { store, saved } = keptStore(lent)
  const client = createClient({ baseUrl: location.origin, store })
  try {
    for (const post of await readPosts(lent.user.id)) {
      if (post.state !== 'outgoing') continue
      await navigator.locks.request(`daguerre.post.${post.id}`, { ifAvailable: true }, async (lock) => {
        if (lock) await carry(post, signal)
      })
    }
  } catch (error) {
    // A page goes on itself.
    if (!signal.aborted) throw error
  } finally {
    await saved()
  }

  async function carry(post: PostInWork, signal: AbortSignal): Promise<void> {
    for (const photo of post.photos) {
      if (photo.mediaId !== null) continue
      const bytes = await bytesOf(photo)
      // What is still to be developed needs a page.
      if (!bytes) return
      const media = await client.upload(bytes, { idempotencyKey: photo.key, signal })
      await noteStored(photo, media.id)
    }
    const stored = await readPost(post.id)
    signal.throwIfAborted()
    if (stored?.state === 'outgoing') await deliver(client, stored)
  }
}

async function bytesOf(photo: Photo): Promise<Blob | null> {
  return (await readPrint(photo)) ?? (isAsItCame(photo) ? await readFile(photo.id) : null)
}

/** What is renewed is written down, so that a page finds it. */
function keptStore(session: Session): { store: TokenStore; saved: () => Promise<unknown> } {
  const store = memoryStore(session)
  let saving: Promise<unknown> = Promise.resolve()
  return {
    store: {
      ...store,
      set(next) {
        store.set(next)
        saving = write([
          next === null
            ? { store: 'values', key: 'session', remove: true }
            : { store: 'values', key: 'session', put: next },
        ])
      },
    },
    saved: () => saving,
  }
}
