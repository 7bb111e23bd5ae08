import type { EntityManager } from '@daguerre/kit/postgres'
import type { Storage } from '../storage.ts'
import { acceptUpload } from './accept-upload.ts'
import { findAllMedia } from './find-media.ts'
import { type MediaRow, originalKey } from './media-row.ts'

export type Completion =
  | { outcome: 'accepted' | 'known'; row: MediaRow }
  | { outcome: 'not_found' | 'not_uploaded' }
  | { outcome: 'wrong_size'; bytes: number; declaredBytes: number }

/** Takes a presigned upload whose bytes are there. Said again, it answers with the media as it is by then. */
export async function completeUpload(
  { em, storage }: { em: EntityManager; storage: Storage },
  { id, ownerId }: { id: string; ownerId: string },
): Promise<Completion> {
  const [row] = await findAllMedia({ em }, [id])
  if (!row || row.owner_id !== ownerId || row.source !== 'presigned') return { outcome: 'not_found' }
  if (row.state !== 'uploading') return { outcome: 'known', row }
  const found = await storage.head(originalKey(id))
  if (found.outcome !== 'found') return { outcome: 'not_uploaded' }
  const { bytes } = found.object
  const declaredBytes = row.declared_bytes ?? bytes
  if (bytes !== declaredBytes) return { outcome: 'wrong_size', bytes, declaredBytes }
  const accepted = await acceptUpload({ em }, { id, bytes, sha256: null })
  if (accepted) return { outcome: 'accepted', row: accepted }
  // Somebody else completed it meanwhile, or it expired.
  const [current] = await findAllMedia({ em }, [id])
  return current ? { outcome: 'known', row: current } : { outcome: 'not_found' }
}
