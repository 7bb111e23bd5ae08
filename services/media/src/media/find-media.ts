import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import type { MediaRow } from './media-row.ts'
import type { PhotoSight, SeePhoto } from './see-photo.ts'

/** A media that the viewer may know of: the owner's in every state, of others what they may see; and whether everybody may. */
export async function findMedia(
  { em, seePhoto }: { em: EntityManager; seePhoto: SeePhoto },
  id: string,
  viewerId: string | null,
): Promise<{ row: MediaRow; sight: PhotoSight } | null> {
  const [row] = await findAllMedia({ em }, [id])
  if (!row) return null
  if (row.state !== 'ready') return row.owner_id === viewerId ? { row, sight: 'viewer' } : null
  const sight = await seePhoto(row.id, viewerId)
  return sight && { row, sight }
}

/** All of these that are known, in no order. */
export async function findAllMedia({ em }: { em: EntityManager }, ids: readonly string[]): Promise<MediaRow[]> {
  return query<MediaRow>(em, 'select * from media where id = any(?::uuid[])', [ids])
}
