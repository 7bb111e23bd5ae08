import { type EntityManager, query } from '@daguerre/kit/postgres'

// Above all that media ever says of one.
const lastVersion = 2_147_483_647

/**
 * Photos of a post that is deleted in this transaction, which holds their locks: those that no other post shows are gone, and no new post
 * can show them. @returns which
 */
export async function dropMedia(tx: EntityManager, ownerId: string, mediaIds: readonly string[]): Promise<string[]> {
  const rows = await query<{ id: string }>(
    tx,
    `/* all shards: posts-of-a-media */ select distinct media_id as id from post_media where media_id = any($1::uuid[])`,
    [mediaIds],
  )
  const shown = new Set(rows.map(({ id }) => id))
  const gone = mediaIds.filter((id) => !shown.has(id)).toSorted()
  await query(
    tx,
    `insert into media (media_id, owner_id, data, version)
     select id, $2, jsonb_build_object('id', id, 'state', 'failed', 'reason', null, 'width', null, 'height', null,
                                       'placeholder', null, 'variants', '[]'::jsonb), $3
       from unnest($1::uuid[]) as id
     on conflict (media_id) do update set data = excluded.data, version = excluded.version`,
    [gone, ownerId, lastVersion],
  )
  return gone
}
