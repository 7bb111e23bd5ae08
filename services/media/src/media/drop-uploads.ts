import { events, makeEvent } from '@daguerre/contracts'
import { emitAll } from '@daguerre/kit/outbox'
import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import { variantNames } from '../image/dimensions.ts'
import type { Storage } from '../storage.ts'
import { originalKey, variantKey } from './media-row.ts'

const batchSize = 100

/**
 * Gives up a streamed upload and what of it is in S3. Each step can be the last one before a crash: what is left then
 * is a failed row that still names its original, which `removeLeftovers` finds.
 */
export async function dropUpload({ em, storage }: { em: EntityManager; storage: Storage }, id: string): Promise<void> {
  const rows = await query(
    em,
    `update media set state = 'failed', reason = 'upload_expired', finished_at = now()
     where id = ? and state = 'uploading' and source = 'streamed' returning 1 as dropped`,
    [id],
  )
  if (rows.length > 0) await removeLeftover({ em, storage }, id)
}

/** Fails uploads that were never completed. @returns how many */
export async function expireUploads(
  { em }: { em: EntityManager },
  { olderThanHours }: { olderThanHours: number },
): Promise<number> {
  return em.transactional(async (tx) => {
    const rows = await query<{ id: string; owner_id: string; source: string; version: number }>(
      tx,
      `/* all shards: housekeeping */ update media
       set state = 'failed', reason = 'upload_expired', finished_at = now(), version = version + 1
       where id in (
         select id from media where state = 'uploading' and created_at < now() - make_interval(hours => ?)
         order by created_at limit ? for update skip locked)
       returning id, owner_id, source, version`,
      [olderThanHours, batchSize],
    )
    // The id of a stream that broke was never told to anybody.
    const known = rows.filter((row) => row.source === 'presigned')
    await emitAll(
      tx,
      known.map((row) =>
        makeEvent(events.mediaFailed, {
          subject: row.id,
          version: row.version,
          data: { ownerId: row.owner_id, mediaId: row.id, reason: 'upload_expired' },
        }),
      ),
    )
    return rows.length
  })
}

/** Removes from S3 what failed media have left there, once nobody can write to it any more. @returns how many media */
export async function removeLeftovers(
  { em, storage }: { em: EntityManager; storage: Storage },
  signal: AbortSignal,
): Promise<number> {
  const rows = await query<{ id: string }>(
    em,
    `/* all shards: housekeeping */ select id from media where state = 'failed' and original_key is not null
       and (url_until is null or url_until < now() - interval '1 minute')
     order by id limit ?`,
    [batchSize],
  )
  for (const row of rows) {
    if (signal.aborted) break
    await removeLeftover({ em, storage }, row.id)
  }
  return rows.length
}

async function removeLeftover({ em, storage }: { em: EntityManager; storage: Storage }, id: string): Promise<void> {
  await storage.remove([originalKey(id), ...variantNames.map((name) => variantKey(id, name))])
  // Of a stream that never became a media no row stays either.
  await query(em, "delete from media where id = ? and state = 'failed' and source = 'streamed' and bytes is null", [id])
  await query(em, "update media set original_key = null where id = ? and state = 'failed'", [id])
}
