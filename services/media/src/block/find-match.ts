import { type EntityManager, query } from '@daguerre/kit/postgres'
import { plainHash } from '../image/perceptual-hash.ts'

export type Match = { blockId: string; distance: number }

/** Held together by photos that become ready, alone by a change of the blocks: none falls between. */
const blocksLock = 4_818_203_117

/** The blocked photo that one looks like, the closest of them, for as long as this transaction lasts. @param maxDistance bits that may differ */
export async function findMatch(
  tx: EntityManager,
  perceptualHash: string,
  maxDistance: number,
): Promise<Match | undefined> {
  if (perceptualHash === plainHash) return undefined
  await query(tx, `select pg_advisory_xact_lock_shared(${blocksLock})`)
  const [match] = await query<Match>(
    tx,
    `select id as "blockId", bit_count(perceptual_hash # ?::bit(64))::int as distance from photo_block
     where is_blocked and bit_count(perceptual_hash # ?::bit(64)) <= ? order by distance limit 1`,
    [perceptualHash, perceptualHash, maxDistance],
  )
  return match
}

/** Waits for the photos that are becoming ready, and has later ones wait for this transaction. */
export async function lockBlocks(tx: EntityManager): Promise<void> {
  await query(tx, `select pg_advisory_xact_lock(${blocksLock})`)
}
