import { newId } from '@daguerre/kit/id'
import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import type { Storage } from '../storage.ts'
import { type MediaRow, originalKey } from './media-row.ts'

export type PresignedUpload = { row: MediaRow; url: string; expiresAt: Date }

/** Makes a media whose bytes the client itself brings to S3. */
export async function startPresignedUpload(
  deps: { em: EntityManager; storage: Storage; urlSeconds: number; now: Date },
  input: { ownerId: string; type: string; bytes: number },
): Promise<PresignedUpload> {
  const id = newId()
  const url = await deps.storage.presignPut(originalKey(id), input.type, input.bytes, deps.urlSeconds)
  const expiresAt = new Date(deps.now.getTime() + deps.urlSeconds * 1000)
  const [row] = await query<MediaRow>(
    deps.em,
    `insert into media (id, owner_id, state, source, declared_bytes, url_until, original_key)
     values (?, ?, 'uploading', 'presigned', ?, ?, ?) returning *`,
    [id, input.ownerId, input.bytes, expiresAt, originalKey(id)],
  )
  return { row: row!, url, expiresAt }
}

/** Makes the media of a stream that is about to begin: a crash then leaves a row by which its bytes are found. */
export async function startStreamedUpload({ em }: { em: EntityManager }, ownerId: string): Promise<string> {
  const id = newId()
  await query(
    em,
    "insert into media (id, owner_id, state, source, original_key) values (?, ?, 'uploading', 'streamed', ?)",
    [id, ownerId, originalKey(id)],
  )
  return id
}
