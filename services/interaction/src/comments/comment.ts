import { type CommentState, type Entity, type HeldBy, maySeeComment, sideOf } from '@daguerre/contracts'

/** In place of the author of a comment of which only its place is left. */
export const nobody = '00000000-0000-0000-0000-000000000000'

/** A comment as it is stored. */
export interface CommentRow {
  id: string
  postId: string
  parentId: string | null
  authorId: string
  /** The author's name when it was written: shown while user does not answer. */
  authorUsername: string
  text: string
  entities: Entity[]
  /** As PostgreSQL or ISO 8601 writes it. */
  createdAt: string
  /** What keeps it back; `unjudged`: user could not say whether something does. */
  heldBy: HeldBy | 'unjudged' | null
  /** The author of the post, of a comment that is or was held. */
  heldFor: string | null
}

/** Columns of `comment` under the names of `CommentRow`. */
export const commentColumns = `id, post_id as "postId", parent_id as "parentId", author_id as "authorId",
  author_username as "authorUsername", text, entities, created_at as "createdAt", held_by as "heldBy", held_for as "heldFor"`

/** Whether a viewer sees a comment, of which they see the post and the author. */
export function isSeen(
  { authorId, heldBy, heldFor }: Pick<CommentRow, 'authorId' | 'heldBy' | 'heldFor'>,
  viewerId: string | null,
): boolean {
  return maySeeComment(sideOf(viewerId, { writerId: authorId, authorId: heldFor ?? nobody }), stateOf(heldBy))
}

function stateOf(heldBy: CommentRow['heldBy']): CommentState {
  if (heldBy === null) return 'shown'
  return heldBy === 'unjudged' ? 'unjudged' : 'held'
}
