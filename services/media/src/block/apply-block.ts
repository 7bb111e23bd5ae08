import type { EventData, events } from '@daguerre/contracts'
import { emitAll } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { matchEvent } from './match-event.ts'
import { lockBlocks } from './find-match.ts'

/** More that look like one are not told of at once. */
const mostTold = 200

/**
 * Keeps what moderators have blocked, or taken back; the newest version counts. Photos that are here already and look like it stay, and are told of:
 * moderators look at them.
 */
export async function applyBlock(
  { em, maxDistance }: { em: EntityManager; maxDistance: number },
  { blockId, perceptualHash, isBlocked }: EventData<typeof events.photoBlockChanged>,
  version: number,
): Promise<void> {
  await em.transactional(async (tx) => {
    await lockBlocks(tx)
    const changed = await query(
      tx,
      `insert into photo_block as b (id, perceptual_hash, is_blocked, version) values (?, ?::bit(64), ?, ?)
       on conflict (id) do update set is_blocked = excluded.is_blocked, version = excluded.version
       where b.version < excluded.version returning 1 as changed`,
      [blockId, perceptualHash, isBlocked, version],
    )
    if (changed.length === 0 || !isBlocked) return
    const alike = await query<{ id: string; owner_id: string; version: number; distance: number }>(
      tx,
      `/* all shards: photos-alike */ select id, owner_id, version, bit_count(perceptual_hash # ?::bit(64))::int as distance from media
       where state = 'ready' and bit_count(perceptual_hash # ?::bit(64)) <= ? order by id desc limit ${mostTold}`,
      [perceptualHash, perceptualHash, maxDistance],
    )
    await emitAll(
      tx,
      alike.map(({ distance, ...row }) => matchEvent(row, { blockId, distance }, { isRefused: false })),
    )
  })
}
