import type { components } from '@daguerre/client'
import { type Change, prune, readAll, readOne, update, write } from '../../device/database.ts'
import { newId } from '@daguerre/client'
import { wholePicture } from './crop.ts'
import type { Edit } from './print.ts'

type NewPost = components['schemas']['NewPost']
type Audience = components['schemas']['Audience']

export const postLimits = { photos: 10, caption: 2200, altText: 1000, place: 100 } as const

/** A photo of a post that is written. */
export interface Photo {
  id: string
  /** Of the file, by which its owner knows it. */
  name: string
  altText: string
  edit: Edit
  /** The same key for the same bytes: sent twice, they are stored once. */
  key: string
  /** What the server calls it, once it has it. */
  mediaId: string | null
}

/** A post before the server has it: written, or on its way. */
export interface PostInWork {
  id: string
  ownerId: string
  /** `refused`: the server said no, and somebody has to look at it. `thrown`: away, but it may be undone for a moment. */
  state: 'draft' | 'outgoing' | 'refused' | 'thrown'
  caption: string
  place: string
  /** Absent in drafts of earlier versions of the app: everybody. */
  audience?: Audience
  /** Nobody comments on it. */
  commentsOff?: boolean
  /** Its author alone learns how many like it. */
  likesHidden?: boolean
  photos: Photo[]
  /** What was sent, while it is not known whether it came: it is sent again to the letter. */
  attempt: { key: string; body: NewPost; at: number } | null
  /** Why it was refused: the code of the server's problem, or what became of a photo. */
  refusal: string | null
  changedAt: number
}

export const untouched: Edit = { crop: wholePicture, look: null }

/** Whether what is sent is the file itself. */
export function isAsItCame({ edit }: Pick<Photo, 'edit'>): boolean {
  return JSON.stringify(edit) === JSON.stringify(untouched)
}

export function newPost(ownerId: string): PostInWork {
  return {
    id: newId(),
    ownerId,
    state: 'draft',
    caption: '',
    place: '',
    photos: [],
    attempt: null,
    refusal: null,
    changedAt: Date.now(),
  }
}

export function isEmpty({ caption, place, photos }: PostInWork): boolean {
  return photos.length === 0 && caption.trim() === '' && place.trim() === ''
}

/** As the API takes it. All photos must be stored. */
export function bodyOf(post: PostInWork): NewPost {
  const { caption, place, audience = 'public', commentsOff = false, likesHidden = false, photos } = post
  return {
    caption,
    media: photos.map(({ mediaId, altText }) => ({ mediaId: mediaId ?? '', altText })),
    ...(place.trim() === '' ? {} : { location: { name: place } }),
    ...(audience === 'public' ? {} : { audience }),
    ...(commentsOff ? { commentsOff } : {}),
    ...(likesHidden ? { likesHidden } : {}),
  }
}

/** Somebody's posts in work, the newest first. */
export async function readPosts(ownerId: string): Promise<PostInWork[]> {
  const posts = await readAll<PostInWork>('posts')
  return posts.filter((post) => post.ownerId === ownerId).toSorted((a, b) => b.changedAt - a.changedAt)
}

export async function readPost(id: string): Promise<PostInWork | undefined> {
  return await readOne<PostInWork>('posts', id)
}

/** False if it lasts only as long as this page; so are the others. */
export async function keepPost(post: PostInWork): Promise<boolean> {
  return await write([{ store: 'posts', key: post.id, put: post }])
}

/** A post, and all that belongs to its photos. */
export async function dropPost({ id, photos }: PostInWork): Promise<void> {
  await write([{ store: 'posts', key: id, remove: true }, ...photos.flatMap((photo) => withoutFiles(photo.id))])
}

/** A photo's file as it was taken. */
export async function keepFile(photoId: string, file: Blob): Promise<boolean> {
  return await write([{ store: 'files', key: photoId, put: file }])
}

export async function readFile(photoId: string): Promise<Blob | null> {
  return (await readOne<Blob>('files', photoId)) ?? null
}

/** What was made of a photo by the edit that has its key. */
export async function keepPrint({ id, key }: Pick<Photo, 'id' | 'key'>, print: Blob): Promise<boolean> {
  return await write([{ store: 'files', key: printKey(id), put: { key, print } }])
}

export async function readPrint({ id, key }: Pick<Photo, 'id' | 'key'>): Promise<Blob | null> {
  const known = await readOne<{ key: string; print: Blob }>('files', printKey(id))
  return known?.key === key ? known.print : null
}

export async function dropFiles(photoId: string): Promise<void> {
  await write(withoutFiles(photoId))
}

function printKey(photoId: string): string {
  return `${photoId}/print`
}

function withoutFiles(photoId: string): Change[] {
  return [photoId, printKey(photoId)].map((key) => ({ store: 'files', key, remove: true }))
}

/** The server has a photo: what is kept of its post is told, unless the photo is another print by now. */
export async function noteStored({ id, key }: Pick<Photo, 'id' | 'key'>, mediaId: string): Promise<void> {
  await update<PostInWork>('posts', (post) => {
    if (!post.photos.some((photo) => photo.id === id && photo.key === key)) return post
    return { ...post, photos: post.photos.map((photo) => (photo.id === id ? { ...photo, mediaId } : photo)) }
  })
}

/** All of somebody's that is in work, and its files: for when they sign out. */
export async function forgetPosts(ownerId: string): Promise<void> {
  for (const post of await readPosts(ownerId)) await dropPost(post)
}

/** Throws away files that belong to no post, which a crash may leave. */
export async function sweepFiles(): Promise<void> {
  await prune<PostInWork>('files', 'posts', (key, posts) =>
    posts.some(({ photos }) => photos.some(({ id }) => key === id || key === printKey(id))),
  )
}
