import { findErased } from '@daguerre/kit/erasures'
import { type Reach, reachableUrl } from '@daguerre/kit/public-internet'
import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import { type MediaRow, originalKey } from '../media/media-row.ts'

export const importProtocols = ['https:', 'http:'] as const

export type Import = { id: string; ownerId: string; url: string }

/**
 * Makes a media whose bytes are to be fetched from a URL, and puts it into the queue. With an id that is there already it does nothing.
 * @returns undefined if nothing may be fetched from that URL, whatever its name leads to; and of an id that is gone already
 */
export async function startImport(
  { em, reach }: { em: EntityManager; reach: Reach },
  { id, ownerId, url: text }: Import,
): Promise<MediaRow | undefined> {
  const url = reachableUrl(text, importProtocols, reach)
  if (!url) return undefined
  // A fragment is the reader's own (RFC 9110 §7.1).
  url.hash = ''
  if ((await findErased(em, 'media', [id])).size > 0) return undefined
  const inserted = await query<MediaRow>(
    em,
    `insert into media (id, owner_id, state, source, original_key, import_url, fetch_at, claimable_at)
     values (?, ?, 'processing', 'imported', ?, ?, now(), 'infinity') on conflict (id) do nothing returning *`,
    [id, ownerId, originalKey(id), url.href],
  )
  return inserted[0] ?? (await query<MediaRow>(em, 'select * from media where id = ?', [id]))[0]
}
