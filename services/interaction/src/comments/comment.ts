import type { Entity } from '@daguerre/contracts'

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
