import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import type { MediaRow } from './media-row.ts'

/** Puts a complete upload into the queue. @returns undefined if it was not waiting for bytes any more */
export async function acceptUpload(
  { em }: { em: EntityManager },
  upload: { id: string; bytes: number; sha256: Buffer | null },
): Promise<MediaRow | undefined> {
  const [row] = await query<MediaRow>(
    em,
    `update media set state = 'processing', bytes = ?, sha256 = ?, claimable_at = now(), version = version + 1
     where id = ? and state = 'uploading' returning *`,
    [upload.bytes, upload.sha256, upload.id],
  )
  return row
}
