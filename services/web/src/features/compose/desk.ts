import { newId } from '@daguerre/client'
import type { Preview } from './darkroom.ts'
import type { Refusal } from './photo-file.ts'
import {
  dropFiles,
  dropPost,
  isEmpty,
  keepFile,
  keepPost,
  newPost,
  type Photo,
  postLimits,
  type PostInWork,
  readFile,
  readPosts,
  sweepFiles,
  untouched,
} from './posts.ts'
import { forgetLastWords, leaveLastWords, withLastWords } from './last-words.ts'
import { isUntouched, type Edit } from './print.ts'
import type { Uploader } from './uploader.ts'

/** A file, or some, that did not become photos of the post. */
export type Problem =
  | { id: string; is: 'refused'; name: string; refusal: Refusal }
  | { id: string; is: 'too-many'; count: number }

export interface DeskState {
  post: PostInWork
  /** More that was begun, and what could not be posted. */
  others: readonly PostInWork[]
  /** Absent: it is being opened. Null: this browser cannot show it. */
  previews: ReadonlyMap<string, Preview | null>
  /** Files that are being looked at. */
  opening: number
  problems: readonly Problem[]
  /** False: it lasts only as long as this page. */
  isKept: boolean
}

export interface DeskOptions {
  ownerId: string
  uploader: Pick<Uploader, 'add' | 'drop'>
  takePhoto: (file: Blob) => Promise<{ photo: Blob } | { refusal: Refusal }>
  lookAt: (photo: Blob) => Promise<Preview | null>
}

const writeAfterMs = 250

export type Desk = Awaited<ReturnType<typeof openDesk>>

/** Where a post is written: all that is done to it is kept as it is done, and its photos are on their way at once. */
export async function openDesk({ ownerId, uploader, takePhoto, lookAt }: DeskOptions) {
  const kept = await readPosts(ownerId)
  for (const post of kept) if (post.state === 'thrown') await dropPost(post)
  const drafts = withLastWords(
    kept.filter(({ state }) => state === 'draft' || state === 'refused'),
    ownerId,
  )
  const listeners = new Set<() => void>()
  let writing: ReturnType<typeof setTimeout> | undefined
  let isClosed = false
  let adding: Promise<void> = Promise.resolve()
  let state: DeskState = {
    post: drafts.find((post) => post.state === 'refused') ?? drafts[0] ?? newPost(ownerId),
    others: [],
    previews: new Map(),
    opening: 0,
    problems: [],
    isKept: true,
  }
  state = { ...state, others: drafts.filter(({ id }) => id !== state.post.id) }
  void sweepFiles()
  begin()

  function set(change: Partial<DeskState>): void {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }

  function change(change: Partial<PostInWork>): void {
    set({ post: { ...state.post, ...change, changedAt: Date.now() } })
    writeSoon()
  }

  function changePhoto(id: string, change: Partial<Photo>): void {
    const photos = state.post.photos.map((photo) => (photo.id === id ? { ...photo, ...change } : photo))
    set({ post: { ...state.post, photos, changedAt: Date.now() } })
    writeSoon()
  }

  /** While somebody types it is written again and again, not only when they rest. */
  function writeSoon(): void {
    writing ??= setTimeout(() => void flush(), writeAfterMs)
  }

  /** Writes what is not written yet. */
  async function flush(): Promise<void> {
    clearTimeout(writing)
    writing = undefined
    const { post } = state
    if (isEmpty(post)) await dropPost(post)
    else note(await keepPost(post))
    // Nothing has been typed since.
    if (writing === undefined) forgetLastWords()
  }

  function note(isKept: boolean): void {
    if (isKept !== state.isKept) set({ isKept })
  }

  /** Photos that came from what is kept: shown, and on their way. */
  function begin(): void {
    for (const photo of state.post.photos) {
      uploader.add(photo, photo.mediaId)
      void show(photo.id)
    }
  }

  async function show(photoId: string, file?: Blob): Promise<void> {
    const photo = file ?? (await readFile(photoId))
    const preview = photo ? await lookAt(photo) : null
    if (isClosed || !state.post.photos.some(({ id }) => id === photoId)) return preview?.bitmap.close()
    set({ previews: new Map(state.previews).set(photoId, preview) })
  }

  function hide(photoIds: readonly string[]): void {
    const previews = new Map(state.previews)
    for (const id of photoIds) {
      previews.get(id)?.bitmap.close()
      previews.delete(id)
    }
    set({ previews })
  }

  function problem(problem: Problem): void {
    set({ problems: [...state.problems, problem] })
  }

  async function take(file: File, postId: string): Promise<void> {
    const taken = await takePhoto(file).catch(() => ({ refusal: 'unsupported' as const }))
    if (isClosed) return
    set({ opening: state.opening - 1 })
    if ('refusal' in taken) {
      return problem({ id: newId(), is: 'refused', name: file.name, refusal: taken.refusal })
    }
    // Somebody has turned to another post in the meantime.
    if (state.post.id !== postId) return
    await put(taken.photo, file.name, null)
  }

  async function put(file: Blob, name: string, mediaId: string | null): Promise<void> {
    const photo: Photo = { id: newId(), name, altText: '', edit: untouched, key: newId(), mediaId }
    note(await keepFile(photo.id, file))
    if (isClosed) return
    change({ photos: [...state.post.photos, photo] })
    void flush()
    uploader.add(photo, mediaId)
    await show(photo.id, file)
  }

  /** Puts the post away, to go on with another. */
  async function turnTo(post: PostInWork, others: readonly PostInWork[]): Promise<void> {
    for (const { id } of state.post.photos) uploader.drop(id)
    hide(state.post.photos.map(({ id }) => id))
    set({ post, others, problems: [] })
    begin()
    note(isEmpty(post) || (await keepPost(post)))
  }

  return {
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    snapshot: (): DeskState => state,
    flush,
    /** The page may be gone before anything can be written: its last words are left where that takes no time. */
    leaveWords(): void {
      if (writing !== undefined) leaveLastWords(state.post)
      void flush()
    },

    /** Takes files as photos, one after the other, as many as fit. */
    add(files: readonly File[]): void {
      const room = Math.max(0, postLimits.photos - state.post.photos.length - state.opening)
      const taken = files.slice(0, room)
      if (files.length > room) problem({ id: newId(), is: 'too-many', count: files.length - room })
      set({ opening: state.opening + taken.length })
      const { id } = state.post
      adding = inOrder(adding, taken, (file) => take(file, id))
    },
    /** Takes a photo that the server has. @param file what is shown of it here, and printed anew if it is edited */
    async addStored(file: Blob, { name, mediaId }: { name: string; mediaId: string }): Promise<void> {
      if (state.post.photos.length + state.opening < postLimits.photos) await put(file, name, mediaId)
      else problem({ id: newId(), is: 'too-many', count: 1 })
    },
    remove(id: string): void {
      uploader.drop(id)
      hide([id])
      change({ photos: state.post.photos.filter((photo) => photo.id !== id) })
      void flush().then(() => dropFiles(id))
    },
    /** Puts a photo to another place. */
    move(id: string, to: number): void {
      const photo = state.post.photos.find((each) => each.id === id)
      if (!photo) return
      const rest = state.post.photos.filter((each) => each.id !== id)
      change({ photos: rest.toSpliced(to, 0, photo) })
    },
    /** Another print of a photo: it is sent anew. */
    edit(id: string, edit: Edit): void {
      const photo = state.post.photos.find((each) => each.id === id)
      if (!photo) return
      const size = state.previews.get(id)?.size
      const next = size && isUntouched(edit, size) ? untouched : edit
      if (JSON.stringify(next) === JSON.stringify(photo.edit)) return
      const changed = { ...photo, edit: next, key: newId(), mediaId: null }
      changePhoto(id, changed)
      uploader.add(changed)
    },
    describe(id: string, altText: string): void {
      changePhoto(id, { altText })
    },
    write(words: Partial<Pick<PostInWork, 'caption' | 'place' | 'audience' | 'commentsOff' | 'likesHidden'>>): void {
      change(words)
    },
    /** The server has one of its photos. True if the photo is here, and still the same print. */
    noteStored({ id, key }: Pick<Photo, 'id' | 'key'>, mediaId: string): boolean {
      const isHere = state.post.photos.some((photo) => photo.id === id && photo.key === key)
      if (isHere) changePhoto(id, { mediaId })
      return isHere
    },
    dismiss(id: string): void {
      set({ problems: state.problems.filter((problem) => problem.id !== id) })
    },

    /** Goes on with another draft. */
    async goOnWith(id: string): Promise<void> {
      const post = state.others.find((each) => each.id === id)
      if (!post) return
      await flush()
      const rest = state.others.filter((each) => each.id !== id)
      await turnTo(post, isEmpty(state.post) ? rest : [state.post, ...rest])
    },
    /** Takes what could not be posted, or was called back. */
    async adopt(post: PostInWork): Promise<void> {
      if (post.id === state.post.id) return
      await flush()
      const others = state.others.filter(({ id }) => id !== post.id)
      await turnTo(post, isEmpty(state.post) ? others : [state.post, ...others])
    },
    /** Throws the post away. What is returned puts it back, files and all, until a desk is opened anew. */
    async discard(): Promise<() => Promise<void>> {
      const thrown = state.post
      clearTimeout(writing)
      writing = undefined
      await keepPost({ ...thrown, state: 'thrown' })
      await turnTo(state.others[0] ?? newPost(ownerId), state.others.slice(1))
      return async () => {
        await flush()
        await turnTo(thrown, isEmpty(state.post) ? state.others : [state.post, ...state.others])
      }
    },
    /** Lets the post go; a blank one takes its place. Its photos stay on their way. */
    async release(): Promise<PostInWork> {
      clearTimeout(writing)
      writing = undefined
      const post: PostInWork = { ...state.post, state: 'outgoing', refusal: null }
      note(await keepPost(post))
      forgetLastWords()
      hide(post.photos.map(({ id }) => id))
      set({ post: state.others[0] ?? newPost(ownerId), others: state.others.slice(1), problems: [] })
      begin()
      return post
    },
    /** Nothing is done here any more; what is written is kept. Its photos stop, if somebody else goes on with them. */
    async close({ isHandedOver = false } = {}): Promise<void> {
      if (isClosed) return
      isClosed = true
      if (writing !== undefined) await flush()
      if (isHandedOver) for (const { id } of state.post.photos) uploader.drop(id)
      for (const preview of state.previews.values()) preview?.bitmap.close()
    },
  }
}

async function inOrder<T>(before: Promise<void>, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  await before
  for (const item of items) await work(item)
}
