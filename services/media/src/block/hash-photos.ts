import { buffer } from 'node:stream/consumers'
import type { Logger } from '@daguerre/kit/log'
import { emitAll } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { hashVariant } from '../image/perceptual-hash.ts'
import { type MediaRow, variantKey } from '../media/media-row.ts'
import { type Storage, StorageUnavailable } from '../storage.ts'
import { findMatch } from './find-match.ts'
import { matchEvent } from './match-event.ts'

export interface HashDeps {
  forkEm: () => EntityManager
  storage: Storage
  maxDistance: number
}

const batchSize = 50
const firstId = '00000000-0000-0000-0000-000000000000'

/**
 * Finds what photos look like that were here before it was asked, one after the other, and says which look like a blocked one. What is left after a
 * crash are those without a hash; two replicas at once do some of it twice, to the same end.
 * @returns how many
 */
export async function hashPhotos(deps: HashDeps & { log: Logger }, signal: AbortSignal): Promise<number> {
  let [after, done] = [firstId, 0]
  for (;;) {
    const rows = await query<{ id: string }>(
      deps.forkEm(),
      `/* all shards: photos-without-hash */ select id from media where state = 'ready' and perceptual_hash is null and id > ?
       order by id limit ${batchSize}`,
      [after],
    )
    for (const { id } of rows) {
      if (signal.aborted) return done
      try {
        if ((await hashPhoto(deps, id)) !== undefined) done += 1
      } catch (error) {
        if (error instanceof StorageUnavailable) throw error
        // Its turn comes again; meanwhile it holds up none of the others.
        deps.log.warn({ err: error, id }, 'what a photo looks like could not be found')
      }
      after = id
    }
    if (rows.length < batchSize) return done
  }
}

/** What these photos look like; those that are not ready have no answer. @throws StorageUnavailable */
export async function readHashes(
  deps: HashDeps,
  ids: readonly string[],
): Promise<{ id: string; perceptualHash: string }[]> {
  const rows = await query<{ id: string; perceptualHash: string | null }>(
    deps.forkEm(),
    `select id, perceptual_hash as "perceptualHash" from media where id = any(?::uuid[]) and state = 'ready'`,
    [ids],
  )
  const found: { id: string; perceptualHash: string }[] = []
  for (const { id, perceptualHash: kept } of rows) {
    const perceptualHash = kept ?? (await hashPhoto(deps, id))
    if (perceptualHash !== undefined) found.push({ id, perceptualHash })
  }
  return found
}

/** @returns undefined if the photo is gone */
async function hashPhoto({ forkEm, storage, maxDistance }: HashDeps, id: string): Promise<string | undefined> {
  const answer = await storage.read(variantKey(id, 'small'))
  if (answer.outcome !== 'found') return undefined
  const file = await buffer(answer.body).catch((error: unknown) => {
    throw new StorageUnavailable('a variant broke off', { cause: error })
  })
  const perceptualHash = await hashVariant(file)
  return forkEm().transactional(async (tx) => {
    const match = await findMatch(tx, perceptualHash, maxDistance)
    const [row] = await query<MediaRow>(
      tx,
      `update media set perceptual_hash = ?::bit(64) where id = ? and state = 'ready' and perceptual_hash is null returning *`,
      [perceptualHash, id],
    )
    if (row && match) await emitAll(tx, [matchEvent(row, match, { isRefused: false })])
    return perceptualHash
  })
}
