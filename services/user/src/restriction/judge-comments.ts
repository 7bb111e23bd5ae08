import { type HeldBy, maySpeak, type Speakers } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { hasHiddenWord } from '../hidden-words/match-words.ts'
import { readWords } from '../hidden-words/read-words.ts'

export interface JudgedComment {
  writerId: string
  /** Whose post it is below. */
  authorId: string
  text: string
}

export interface Judgement {
  heldBy: HeldBy | null
  /** Who may comment there, if the writer may not. */
  onlyFor: Speakers | null
}

/** What the author of the post has set about each of these comments, in their order. About what one says below one's own posts nothing is. */
export async function judgeComments(em: EntityManager, comments: readonly JudgedComment[]): Promise<Judgement[]> {
  const ownerIds = [...new Set(comments.map(({ authorId }) => authorId))]
  const writerIds = [...new Set(comments.map(({ writerId }) => writerId))]
  const [restrictions, words, settings, follows] = await Promise.all([
    query<{ ownerId: string; restrictedId: string }>(
      em,
      `select owner_id as "ownerId", restricted_id as "restrictedId" from restriction
        where active and owner_id = any($1::uuid[]) and restricted_id = any($2::uuid[])`,
      [ownerIds, writerIds],
    ),
    readWords(em, ownerIds),
    query<{ id: string; commentsBy: Speakers }>(
      em,
      'select id, comments_by as "commentsBy" from profile where id = any($1::uuid[])',
      [ownerIds],
    ),
    query<{ followerId: string; followeeId: string }>(
      em,
      `select follower_id as "followerId", followee_id as "followeeId" from follow
        where active and follower_id = any($1::uuid[]) and followee_id = any($1::uuid[])`,
      [[...ownerIds, ...writerIds]],
    ),
  ])
  const restricted = new Set(restrictions.map(({ ownerId, restrictedId }) => `${ownerId}:${restrictedId}`))
  const edges = new Set(follows.map(({ followerId, followeeId }) => `${followerId}:${followeeId}`))
  const commentsBy = new Map(settings.map((row) => [row.id, row.commentsBy]))
  return comments.map(({ writerId, authorId, text }) => {
    if (writerId === authorId) return { heldBy: null, onlyFor: null }
    const speakers = commentsBy.get(authorId) ?? 'everybody'
    const ties = { follows: edges.has(`${writerId}:${authorId}`), isFollowed: edges.has(`${authorId}:${writerId}`) }
    const isHidden = hasHiddenWord(text, words.get(authorId) ?? [])
    return {
      heldBy: restricted.has(`${authorId}:${writerId}`) ? 'restriction' : isHidden ? 'words' : null,
      onlyFor: maySpeak(speakers, ties) ? null : speakers,
    }
  })
}
