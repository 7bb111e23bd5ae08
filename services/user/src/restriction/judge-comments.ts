import type { HeldBy } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { hasHiddenWord } from '../hidden-words/match-words.ts'
import { readWords } from '../hidden-words/read-words.ts'

export interface JudgedComment {
  writerId: string
  /** Whose post it is below. */
  authorId: string
  text: string
}

/** What holds each of these comments back, in their order. What one says below one's own posts nothing does. */
export async function judgeComments(em: EntityManager, comments: readonly JudgedComment[]): Promise<(HeldBy | null)[]> {
  const ownerIds = [...new Set(comments.map(({ authorId }) => authorId))]
  const [restrictions, words] = await Promise.all([
    query<{ ownerId: string; restrictedId: string }>(
      em,
      `select owner_id as "ownerId", restricted_id as "restrictedId" from restriction
        where active and owner_id = any($1::uuid[]) and restricted_id = any($2::uuid[])`,
      [ownerIds, comments.map(({ writerId }) => writerId)],
    ),
    readWords(em, ownerIds),
  ])
  const restricted = new Set(restrictions.map(({ ownerId, restrictedId }) => `${ownerId}:${restrictedId}`))
  return comments.map(({ writerId, authorId, text }) => {
    if (writerId === authorId) return null
    if (restricted.has(`${authorId}:${writerId}`)) return 'restriction'
    return hasHiddenWord(text, words.get(authorId) ?? []) ? 'words' : null
  })
}
