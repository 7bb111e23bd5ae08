import { ApiError, type Client, type components, ConnectionError } from '@daguerre/client'
import { alone } from '../../device/locks.ts'
import { deliver } from './deliver.ts'
import type { Going } from './outgoing.ts'
import { keepPost, type PostInWork, readPost, readPosts } from './posts.ts'
import { pauseAfter, type Upload, type Uploader } from './uploader.ts'

type Post = components['schemas']['Post']

export interface OutboxOptions {
  ownerId: string
  client: Client
  uploader: Pick<Uploader, 'add' | 'drop' | 'settled' | 'snapshot' | 'subscribe'>
  /** Called whenever something has changed, also by another tab that does the work. */
  onChange: (list: readonly OutboxEntry[]) => void
  onPosted: (post: Post) => void
  /** Between the tabs of this browser: who does the work tells the others. */
  channel?: Pick<BroadcastChannel, 'postMessage' | 'close' | 'addEventListener'> | undefined
  now?: () => number
}

export interface OutboxEntry {
  post: PostInWork
  going: Going
}

type Word = { is: 'going'; id: string; going: Going } | { is: 'changed' } | { is: 'posted'; post: Post }

export type Outbox = ReturnType<typeof openOutbox>

/**
 * Posts on their way. Each is carried by one tab, whichever comes first; when that is closed, another goes on.
 */
export function openOutbox({ ownerId, client, uploader, onChange, onPosted, channel, now = Date.now }: OutboxOptions) {
  const closed = new AbortController()
  const entries = new Map<string, OutboxEntry>()
  /** What this tab carries, or would if it were its turn. */
  const taken = new Set<string>()
  const carrying = new Set<string>()
  let waking = new AbortController()

  if (channel) {
    channel.addEventListener('message', ({ data }: MessageEvent<Word>) => {
      if (data.is === 'changed') void look()
      if (data.is === 'posted') onPosted(data.post)
      const entry = data.is === 'going' ? entries.get(data.id) : undefined
      if (entry && data.is === 'going') put({ ...entry, going: data.going })
    })
  }
  const unsubscribe = uploader.subscribe(() => {
    for (const id of carrying) {
      const entry = entries.get(id)
      if (entry?.going.is !== 'refused') tellProgress(entry)
    }
  })

  function put(entry: OutboxEntry): void {
    entries.set(entry.post.id, entry)
    changed()
  }

  function changed(): void {
    onChange([...entries.values()])
  }

  function tell(word: Word): void {
    channel?.postMessage(word)
  }

  function going(post: PostInWork, going: Going): void {
    if (closed.signal.aborted) return
    put({ post, going })
    tell({ is: 'going', id: post.id, going })
  }

  function tellProgress(entry: OutboxEntry | undefined): void {
    if (!entry) return
    const uploads = entry.post.photos.map(({ id }) => uploader.snapshot().get(id))
    const next = progressOf(uploads)
    if (JSON.stringify(next) !== JSON.stringify(entry.going)) going(entry.post, next)
  }

  /** Reads what there is, and takes up what is new. */
  async function look(): Promise<void> {
    const posts = (await readPosts(ownerId)).filter(({ state }) => state === 'outgoing' || state === 'refused')
    if (closed.signal.aborted) return
    for (const id of entries.keys()) if (!posts.some((post) => post.id === id)) entries.delete(id)
    for (const post of posts) {
      const known = entries.get(post.id)
      if (post.state === 'refused') entries.set(post.id, { post, going: { is: 'refused' } })
      else if (!known || known.going.is === 'refused')
        entries.set(post.id, { post, going: { is: 'sending', share: 0 } })
      if (post.state === 'outgoing') void take(post.id)
    }
    changed()
  }

  async function take(id: string): Promise<void> {
    if (taken.has(id)) return
    taken.add(id)
    try {
      await alone(
        `daguerre.post.${id}`,
        () => {
          carrying.add(id)
          return carry(id)
        },
        closed.signal,
      )
    } catch (error) {
      if (!closed.signal.aborted) throw error
    } finally {
      taken.delete(id)
      carrying.delete(id)
    }
  }

  async function carry(id: string): Promise<void> {
    let failures = 0
    let mended = false
    while (!closed.signal.aborted) {
      // Another tab may have brought it home, or somebody has taken it back.
      const post = await readPost(id)
      if (post?.state !== 'outgoing') return await look()
      for (const photo of post.photos) uploader.add(photo, photo.mediaId)
      const uploads = await uploader.settled(
        post.photos.map(({ id }) => id),
        closed.signal,
      )
      const kept = await readPost(id)
      if (kept?.state !== 'outgoing') return await look()
      // A photo may have come at the very moment when the post left the desk, which nobody has noted.
      const stored = withStored(kept, uploads)
      const refusal = refusalOf(stored, uploads)
      if (refusal !== null) return await refuse({ ...stored, state: 'refused', refusal })
      try {
        const delivered = await deliver(client, stored, now)
        if (delivered.is === 'posted') return arrive(stored, delivered.post)
        // Photos that the server has lost are sent once more.
        if (mended || delivered.post.photos.every(({ mediaId }) => mediaId !== null))
          return await refuse(delivered.post)
        mended = true
        await keepPost({ ...delivered.post, state: 'outgoing', refusal: null })
      } catch (error) {
        const pauseMs = pauseAfter(error, failures++)
        if (pauseMs === null) return await refuse({ ...stored, state: 'refused', refusal: 'unknown' })
        const isSignedOut = error instanceof ApiError && error.status === 401
        const why = isSignedOut ? 'session' : error instanceof ConnectionError ? 'line' : 'server'
        going(stored, { is: 'held', until: isSignedOut ? null : now() + pauseMs, why })
        await wait(isSignedOut ? Infinity : pauseMs)
      }
    }
  }

  /** Until the time has come or `wake` is called. */
  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(ms) ? setTimeout(done, ms) : undefined
      const { signal } = waking
      function done(): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        closed.signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
      closed.signal.addEventListener('abort', done)
    })
  }

  async function refuse(post: PostInWork): Promise<void> {
    await keepPost(post)
    for (const { id } of post.photos) uploader.drop(id)
    going(post, { is: 'refused' })
    tell({ is: 'changed' })
  }

  function arrive(post: PostInWork, posted: Post): void {
    for (const { id } of post.photos) uploader.drop(id)
    entries.delete(post.id)
    if (closed.signal.aborted) return
    changed()
    onPosted(posted)
    tell({ is: 'posted', post: posted })
    tell({ is: 'changed' })
  }

  return {
    look,
    /** A post has just been sent on its way. */
    async send(): Promise<void> {
      tell({ is: 'changed' })
      await look()
    },
    /** The line is back, somebody has signed in, or wants it now: what waits goes on. */
    wake(): void {
      const before = waking
      waking = new AbortController()
      before.abort()
    },
    /** Back to the desk, if nothing was posted yet. */
    async takeBack(id: string): Promise<boolean> {
      const post = await readPost(id)
      if (!post || post.attempt) return false
      await keepPost({ ...post, state: 'draft', refusal: null, changedAt: now() })
      for (const photo of post.photos) uploader.drop(photo.id)
      entries.delete(id)
      changed()
      tell({ is: 'changed' })
      return true
    },
    close(): void {
      closed.abort(new DOMException('The outbox is closed.', 'AbortError'))
      unsubscribe()
      channel?.close()
    },
  }
}

/** Of several photos: how much has come, or what all of them wait for. */
export function progressOf(uploads: readonly (Upload | undefined)[]): Going {
  const isMoving = uploads.some((upload) => upload?.is === 'sending' || upload?.is === 'preparing')
  const held = uploads.find((upload) => upload?.is === 'held')
  if (held && !isMoving) {
    const { until, error } = held
    const isSignedOut = error instanceof ApiError && error.status === 401
    return { is: 'held', until, why: isSignedOut ? 'session' : error instanceof ConnectionError ? 'line' : 'server' }
  }
  const shares = uploads.map((upload) => (upload?.is === 'stored' ? 1 : upload?.is === 'sending' ? upload.share : 0))
  const sum = shares.reduce((all, share) => all + share, 0)
  return { is: 'sending', share: uploads.length === 0 ? 0 : Math.round((sum / uploads.length) * 100) / 100 }
}

function withStored(post: PostInWork, uploads: ReadonlyMap<string, Upload>): PostInWork {
  const photos = post.photos.map((photo) => {
    const upload = uploads.get(photo.id)
    return upload?.is === 'stored' ? { ...photo, mediaId: upload.mediaId } : photo
  })
  return { ...post, photos }
}

function refusalOf({ photos }: PostInWork, uploads: ReadonlyMap<string, Upload>): string | null {
  for (const { id } of photos) {
    const upload = uploads.get(id)
    if (upload?.is === 'spoilt') return `photo.${upload.reason ?? 'failed'}`
    if (upload?.is === 'stopped') return upload.error instanceof ApiError ? upload.error.code : 'photo.lost'
  }
  return null
}
