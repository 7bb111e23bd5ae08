import type { Media } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** A media as its service has told of it. */
export interface KnownMedia {
  ownerId: string
  version: number
  media: Media
}

/** What events have told of these media, by id. */
export async function readMedia(em: EntityManager, ids: readonly string[]): Promise<Map<string, KnownMedia>> {
  const rows = await query<KnownMedia & { id: string }>(
    em,
    `select media_id as id, owner_id as "ownerId", version, data as media from media where media_id = any($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map(({ id, ...known }) => [id, known]))
}
