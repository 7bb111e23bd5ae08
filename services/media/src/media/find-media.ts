import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import type { MediaRow } from './media-row.ts'

/** A media that the viewer may know of: the owner's in every state, others' once it is ready. */
export async function findMedia(
  { em, viewerId }: { em: EntityManager; viewerId: string | undefined },
  id: string,
): Promise<MediaRow | undefined> {
  const [row] = await findAllMedia({ em }, [id])
  return row && (row.state === 'ready' || row.owner_id === viewerId) ? row : undefined
}

/** All of these that are known, in no order. */
export async function findAllMedia({ em }: { em: EntityManager }, ids: readonly string[]): Promise<MediaRow[]> {
  return query<MediaRow>(em, 'select * from media where id = any(?::uuid[])', [ids])
}
