import { Audience } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'

export interface PhotoUse {
  id: string
  ownerId: string
  audience: Audience
}

/** Whose these photos are, and the widest audience of the published posts that show each. */
export async function listPhotoUses(em: EntityManager, ids: readonly string[]): Promise<PhotoUse[]> {
  const rows = await query<PhotoUse>(
    em,
    `/* all shards: posts-of-a-media */ select m.media_id as id, p.author_id as "ownerId", p.audience
       from post_media m join post p on p.id = m.post_id
      where m.media_id = any($1::uuid[]) and p.state = 'published' and p.hidden_at is null`,
    [ids],
  )
  const widest = new Map<string, PhotoUse>()
  for (const row of rows) {
    const known = widest.get(row.id)
    // From the widest to the narrowest.
    const order = Audience.options
    if (!known || order.indexOf(row.audience) < order.indexOf(known.audience)) widest.set(row.id, row)
  }
  return [...widest.values()]
}
