import type { Entity } from '@daguerre/contracts'

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
}

/** Columns of `comment` under the names of `CommentRow`. */
export const commentColumns = `id, post_id as "postId", parent_id as "parentId", author_id as "authorId",
  author_username as "authorUsername", text, entities, created_at as "createdAt"`
