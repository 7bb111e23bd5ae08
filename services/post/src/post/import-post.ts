import { type Audience, findEntities, type Location } from '@daguerre/contracts'
import type { Holds } from '@daguerre/copies/copies'
import type { EntityManager } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'
import type { Neighbours } from '../neighbours.ts'
import type { TextRules } from '@daguerre/copies/text-rules'
import { checkMedia, createPost, knowMedia, writtenIn } from './create-post.ts'
import { readPost } from './read-post.ts'

export type ImportedPost = {
  id: string
  authorId: string
  authorUsername: string
  audience: Audience
  commentsOff: boolean
  likesHidden: boolean
  caption: string
  media: { mediaId: string; altText: string }[]
  location: Location | null
  createdAt: string
}

/**
 * Publishes a post of an archive at the time that it was made. Names in its caption are those of another place, so they mention nobody here.
 * @throws Problem 422 `media.not_found` or `media.failed`, 409 `media.not_ready`, 503 `media.unavailable`
 */
export async function importPost(
  {
    em,
    holds,
    neighbours,
    textRules,
    isChecked,
  }: {
    em: EntityManager
    holds: Pick<Holds, 'hold'>
    neighbours: Pick<Neighbours, 'findMedia'>
    textRules: TextRules
    isChecked: boolean
  },
  {
    id,
    authorId,
    authorUsername,
    audience,
    commentsOff,
    likesHidden,
    caption,
    media,
    location,
    createdAt,
  }: ImportedPost,
): Promise<'published' | 'known' | 'deleted'> {
  const before = await readPost(em, id)
  if (before) return before.state === 'deleted' ? 'deleted' : 'known'
  const ids = media.map(({ mediaId }) => mediaId)
  const known = await knowMedia(em, neighbours, ids)
  function pointerTo(index: number): string {
    return `#/media/${index}/mediaId`
  }
  checkMedia(known, ids, authorId, pointerTo)
  // One that appears later would appear as news.
  if (ids.some((mediaId) => known.get(mediaId)?.media.state !== 'ready')) {
    throw conflict('media.not_ready', 'A media is still in work.')
  }
  const entities = findEntities(caption).filter(({ type }) => type === 'hashtag')
  const author = { id: authorId, username: authorUsername }
  const input = { audience, commentsOff, likesHidden, caption, media, ...(location && { location }) }
  // Nobody is there to be told that it is refused.
  const heldFor = await textRules.check(writtenIn(input), { mayHold: true, mayRefuse: false })
  await createPost(
    { em, holds, now: new Date(createdAt), isChecked },
    { author, input, known, entities, heldFor, pointerTo },
    { id, imported: true },
  )
  return 'published'
}
