import type { Copies, RelationCopy } from '@daguerre/copies/copies'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { readBlockedIds } from '../block/read-blocks.ts'
import { readMutes } from '../mute/read-mutes.ts'
import type { ToldRelation } from './list-relations.ts'

export interface FillDeps {
  copies: Pick<Copies, 'areRelationsFilled' | 'fillRelations' | 'addFollows'>
  onCacheError: (error: unknown) => void
  clock: () => Date
}

/**
 * Puts how a viewer stands to others where pages read it: for an hour nobody asks; and what was said now of whom they follow. Does not
 * throw: they ask again.
 * @param askedAt `performance.now()` before that was read
 */
export async function fillRelations(
  { em, copies, onCacheError, clock }: FillDeps & { em: EntityManager },
  viewerId: string,
  { told, askedAt }: { told: readonly ToldRelation[]; askedAt: number },
): Promise<void> {
  try {
    if (!(await copies.areRelationsFilled(viewerId))) {
      const readAt = performance.now()
      await copies.fillRelations(viewerId, await readRelations(em, viewerId, clock()), readAt)
    }
    await copies.addFollows(
      viewerId,
      new Map(told.map(({ userId, relation }) => [userId, relation.following])),
      askedAt,
    )
  } catch (error) {
    onCacheError(error)
  }
}

async function readRelations(em: EntityManager, viewerId: string, now: Date): Promise<RelationCopy[]> {
  const [blocked, owners, mutes] = await Promise.all([
    readBlockedIds(em, viewerId),
    query<{ id: string }>(
      em,
      '/* all shards: close-friends-of */ select owner_id as id from close_friend where friend_id = $1',
      [viewerId],
    ),
    readMutes(em, { muterId: viewerId, now }),
  ])
  const blockedIds = new Set(blocked)
  const ownerIds = new Set(owners.map(({ id }) => id))
  const mutedUntil = new Map(mutes.map(({ mutedId, endsAt }) => [mutedId, endsAt?.getTime() ?? null]))
  return [...new Set([...blockedIds, ...ownerIds, ...mutedUntil.keys()])].map((userId) => ({
    userId,
    isBlocked: blockedIds.has(userId),
    isCloseFriend: ownerIds.has(userId),
    mutedUntilMs: mutedUntil.get(userId),
  }))
}
