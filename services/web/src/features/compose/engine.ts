import type { components } from '@daguerre/client'
import { prependPost } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { currentViewer, watchPresence } from '../../app/session.ts'
import { lookAt, print, takePhoto } from './darkroom.ts'
import { type Desk, openDesk } from './desk.ts'
import { askWorkerToGoOn, giveBackSession, lendSession } from './lent-session.ts'
import { openOutbox, type Outbox } from './outbox.ts'
import { noteOutgoing, type Outgoing, putOutgoing, watchOutgoing } from './outgoing.ts'
import { isAsItCame, keepPrint, noteStored, readFile, readPost, readPrint } from './posts.ts'
import { whenPublished } from './published.ts'
import { createUploader } from './uploader.ts'

type Post = components['schemas']['Post']

/** How long a new post is waited for until its photos are ready. */
const patienceMs = 90_000

/** One for the whole page: photos are on their way whatever somebody looks at in the meantime. */
export const uploader = createUploader({
  async bytesOf(job) {
    const known = await readPrint(job)
    if (known) return known
    const file = await readFile(job.id)
    if (!file || isAsItCame(job)) return file
    const printed = await print(file, job.edit)
    await keepPrint(job, printed)
    return printed
  },
  send: (bytes, options) => client.upload(bytes, options),
  ready: (mediaId, signal) => client.mediaReady(mediaId, { signal }),
  async onStored(job, mediaId) {
    if (!desk?.noteStored(job, mediaId)) await noteStored(job, mediaId)
  },
})

let desk: Desk | null = null
let outbox: { ownerId: string; box: Outbox } | null = null

/** Opens the viewer's desk. There is one at a time, in all tabs: see `useDesk`. */
export async function takeDesk(ownerId: string): Promise<Desk> {
  startOutbox(ownerId)
  const opened = await openDesk({ ownerId, uploader, takePhoto, lookAt })
  desk = opened
  return opened
}

export async function leaveDesk(left: Desk, how: { isHandedOver: boolean }): Promise<void> {
  await left.close(how)
  if (desk === left) desk = null
}

/** Shares what lies on the desk: from now on it is on its way, whatever becomes of this page. */
export async function share(): Promise<void> {
  const viewer = currentViewer()
  if (!desk || !viewer) return
  await desk.release()
  noteOutgoing(viewer.id)
  await lendSession()
  await startOutbox(viewer.id).send()
  await askWorkerToGoOn()
}

/** Goes on with what was called back or refused. False if it can no longer be had: it may have been posted. */
export async function backToDesk(id: string): Promise<boolean> {
  const post = await readPost(id)
  if (!post || !outbox) return false
  if (post.state === 'outgoing' && !(await outbox.box.takeBack(id))) return false
  const back = await readPost(id)
  if (back) await desk?.adopt(back)
  return true
}

export async function discard(): Promise<(() => Promise<void>) | null> {
  const undo = (await desk?.discard()) ?? null
  await outbox?.box.look()
  if (!undo) return null
  return async () => {
    await undo()
    await outbox?.box.look()
  }
}

/** What waits goes on now. */
export function wake(): void {
  uploader.resumeHeld()
  outbox?.box.wake()
}

/** Carries the viewer's posts. Calling it again changes nothing. */
export function startOutbox(ownerId: string): Outbox {
  if (outbox?.ownerId === ownerId) return outbox.box
  outbox?.box.close()
  const box = openOutbox({
    ownerId,
    client,
    uploader,
    onChange(list) {
      onTheirWay = list.map(({ post, going }) => ({ id: post.id, photos: post.photos.length, going }))
      show()
      if (list.length > 0) return
      noteOutgoing(null)
      void giveBackSession()
    },
    onPosted: (post) => void follow(post),
    channel: new BroadcastChannel(`daguerre.outbox.${ownerId}`),
  })
  outbox = { ownerId, box }
  void box.look()
  return box
}

/** What this page shows of what is on its way, and of what has just arrived. */
let onTheirWay: readonly Outgoing[] = []
let arrived: readonly Outgoing[] = []

function show(): void {
  putOutgoing([...onTheirWay, ...arrived])
}

/** The server has it: shown to its author as soon as everybody sees it. */
async function follow(posted: Post): Promise<void> {
  const { id, media } = posted
  arrived = [...arrived, { id, photos: media.length, going: { is: 'finishing' } }]
  show()
  const post = await whenPublished(client, posted, AbortSignal.timeout(patienceMs)).catch(() => posted)
  if (post.author.id !== currentViewer()?.id) return dismissDone(id)
  prependPost(post)
  // Its author has one more.
  void queryClient.invalidateQueries({ queryKey: ['person', post.author.username] })
  void queryClient.invalidateQueries({ queryKey: ['me'] })
  const going: Outgoing['going'] = { is: 'done', postId: id, isOut: post.state === 'published' }
  arrived = arrived.map((each) => (each.id === id ? { ...each, going } : each))
  show()
}

export function dismissDone(id: string): void {
  arrived = arrived.filter((each) => each.id !== id)
  show()
}

function stopOutbox(): void {
  outbox?.box.close()
  outbox = null
  onTheirWay = []
  arrived = []
  show()
}

watchPresence(({ viewer, isExpired }) => {
  if (outbox && viewer?.id !== outbox.ownerId) stopOutbox()
  else if (viewer && !isExpired) wake()
})
addEventListener('online', wake)
addEventListener('pagehide', () => void askWorkerToGoOn())
addEventListener('offline', () => void askWorkerToGoOn())
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') wake()
})
watchOutgoing(() => void outbox?.box.look())
