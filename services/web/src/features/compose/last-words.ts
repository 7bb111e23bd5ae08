import { storage } from '../../app/storage.ts'
import { newPost, type PostInWork } from './posts.ts'

type Words = Pick<
  PostInWork,
  'id' | 'ownerId' | 'caption' | 'place' | 'audience' | 'commentsOff' | 'likesHidden' | 'changedAt'
> & {
  altTexts: Record<string, string>
}

const key = 'daguerre.last-words'

/** Writes down at once what somebody has typed; its photos are kept already. */
export function leaveLastWords({ photos, ...post }: PostInWork): void {
  const { id, ownerId, caption, place, audience = 'public', commentsOff = false, likesHidden = false, changedAt } = post
  const altTexts = Object.fromEntries(photos.map((photo) => [photo.id, photo.altText]))
  const words: Words = { id, ownerId, caption, place, audience, commentsOff, likesHidden, changedAt, altTexts }
  storage.write(key, words)
}

/** What was left is written elsewhere by now. */
export function forgetLastWords(): void {
  storage.set(key, null)
}

/** Drafts with the words that a page left when it went, if they are newer than what is kept. */
export function withLastWords(drafts: readonly PostInWork[], ownerId: string): PostInWork[] {
  const words = storage.read<Words>(key)
  if (words?.ownerId !== ownerId) return [...drafts]
  storage.set(key, null)
  const {
    id,
    caption,
    place,
    audience = 'public',
    commentsOff = false,
    likesHidden = false,
    changedAt,
    altTexts,
  } = words
  const kept = drafts.find((post) => post.id === id)
  if (kept && kept.changedAt >= changedAt) return [...drafts]
  const post = kept ?? { ...newPost(ownerId), id }
  const photos = post.photos.map((photo) => ({ ...photo, altText: altTexts[photo.id] ?? photo.altText }))
  return [
    { ...post, caption, place, audience, commentsOff, likesHidden, changedAt, photos },
    ...drafts.filter((each) => each !== kept),
  ]
}
