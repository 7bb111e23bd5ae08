import { type EntityManager, query } from '@daguerre/kit/postgres'

/** A post or a comment is gone: so is what its cases show of it, and of the comments under it. That it was reported stays. */
export async function eraseContent(em: EntityManager, kind: 'post' | 'comment', id: string): Promise<void> {
  await query(
    em,
    `update moderation_case set snapshot = null
      where snapshot is not null and ((subject_kind = $1 and subject_id = $2) or ($1 = 'post' and (snapshot->>'postId')::uuid = $2))`,
    [kind, id],
  )
}
