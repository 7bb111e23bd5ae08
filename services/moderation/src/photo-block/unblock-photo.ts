import type { Named } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import { appendEntry } from '../audit/append-entry.ts'
import { blockEvent } from './block-photos.ts'

/** Lets photos in again that look like one that was blocked. @throws Problem 404 `photo_block.not_found` */
export async function unblockPhoto(
  { em, moderator, now }: { em: EntityManager; moderator: Named; now: Date },
  id: string,
): Promise<void> {
  await em.transactional(async (tx) => {
    const [gone] = await query<{ perceptualHash: string; personId: string | null }>(
      tx,
      `delete from photo_block where id = $1 returning perceptual_hash as "perceptualHash", person_id as "personId"`,
      [id],
    )
    if (!gone) throw notFound('photo_block.not_found', 'There is no such block, or it has been taken back.')
    await emit(tx, blockEvent(id, gone.perceptualHash, false))
    await appendEntry(tx, {
      at: now.toISOString(),
      actorId: moderator.id,
      action: 'unblock_photo',
      subject: { kind: 'photo_block', id },
      personId: gone.personId ?? moderator.id,
      reason: '',
      before: { perceptualHash: gone.perceptualHash },
      after: {},
    })
  })
}
