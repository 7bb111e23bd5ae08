import { type Copies, copyKey } from '@daguerre/copies/copies'
import { events, makeEvent } from '@daguerre/contracts'
import { bumpAll, dropCounts } from '@daguerre/kit/counters'
import { forgetEvents } from '@daguerre/kit/forget-events'
import { emitAll } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { allShards } from '../follow/list-people.ts'
import { dropProfile } from './drop-profile.ts'

const batch = 200

export interface EraseDeps {
  forkEm: () => EntityManager
  copies: Pick<Copies, 'remove'>
  onError: (error: unknown) => void
  clock: () => Date
  signal?: AbortSignal | undefined
}

/**
 * Erases what is left of somebody who is gone: whom they follow and who follows them, told as the end of each, with the counts of the others; and
 * mutes, restrictions, blocks, requests and close friendships either way.
 */
export async function erasePerson(deps: EraseDeps, personId: string): Promise<void> {
  const { forkEm, copies, onError, clock, signal } = deps
  // Once more: what was in work may have made it anew.
  await dropProfile(forkEm(), personId)
  for (const list of ['followers', 'following'] as const) {
    while (await forkEm().transactional((tx) => endFollows(tx, list, personId, clock()))) signal?.throwIfAborted()
  }
  const muters = await forkEm().transactional((tx) => dropMutes(tx, personId))
  await forkEm().transactional((tx) => dropRestrictions(tx, personId))
  await query(forkEm(), 'delete from hidden_words where owner_id = $1', [personId])
  await forkEm().transactional((tx) => dropTies(tx, personId))
  await forkEm().transactional((tx) => dropRequestVersions(tx, personId))
  await copies.remove([personId, ...muters].map(copyKey.relations)).catch(onError)
  await forkEm().transactional((tx) => dropCounts(tx, [personId]))
  await query(forkEm(), '/* all shards: of-a-person */ delete from idempotency_key where starts_with(scope, $1)', [
    `${personId} `,
  ])
}

async function endFollows(
  tx: EntityManager,
  list: 'followers' | 'following',
  personId: string,
  now: Date,
): Promise<boolean> {
  const [own, other] = list === 'followers' ? ['followee_id', 'follower_id'] : ['follower_id', 'followee_id']
  const found = await query<{ id: string }>(
    tx,
    `${allShards[list]} select ${other} as id from follow where ${own} = $1 order by ${other} limit $2`,
    [personId, batch],
  )
  const gone = await query<{ followerId: string; followeeId: string; active: boolean; version: number }>(
    tx,
    `delete from follow where ${own} = $1 and ${other} = any($2::uuid[])
     returning follower_id as "followerId", followee_id as "followeeId", active, version`,
    [personId, found.map(({ id }) => id)],
  )
  const ended = gone.filter(({ active }) => active)
  const others = ended.map(({ followerId, followeeId }) => (list === 'followers' ? followerId : followeeId))
  await bumpAll(tx, others, list === 'followers' ? 'following' : 'followers', -1)
  await emitAll(
    tx,
    ended.map(({ followerId, followeeId, version }) =>
      makeEvent(events.unfollowed, {
        subject: `${followerId}:${followeeId}`,
        version: version + 1,
        data: { followerId, followeeId, at: now.toISOString() },
      }),
    ),
  )
  await forgetEvents(
    tx,
    gone.map(({ followerId, followeeId }) => ({ subject: `${followerId}:${followeeId}`, keep: [events.unfollowed] })),
  )
  return gone.length > 0
}

// Nobody is told: they stand in no answer without the profile.
async function dropTies(tx: EntityManager, personId: string): Promise<void> {
  for (const [table, own, other] of [
    ['follow_request', 'requester_id', 'target_id'],
    ['block', 'blocker_id', 'blocked_id'],
    ['close_friend', 'owner_id', 'friend_id'],
  ] as const) {
    await query(tx, `delete from ${table} where ${own} = $1`, [personId])
    await query(tx, `/* all shards: of-a-person */ delete from ${table} where ${other} = $1`, [personId])
  }
}

/** What was told of their requests, and of requests to them. */
async function dropRequestVersions(tx: EntityManager, personId: string): Promise<void> {
  const told = await query<{ subject: string }>(
    tx,
    `/* all shards: of-a-person */ delete from follow_request_version where requester_id = $1 or target_id = $1
     returning requester_id || ':' || target_id as subject`,
    [personId],
  )
  await forgetEvents(
    tx,
    told.map(({ subject }) => ({ subject, keep: [events.unfollowed] })),
  )
}

/** @returns who muted them */
async function dropMutes(tx: EntityManager, personId: string): Promise<string[]> {
  const own = await query<{ mutedId: string }>(
    tx,
    'delete from mute where muter_id = $1 returning muted_id as "mutedId"',
    [personId],
  )
  const others = await query<{ muterId: string }>(
    tx,
    '/* all shards: of-a-person */ delete from mute where muted_id = $1 returning muter_id as "muterId"',
    [personId],
  )
  await forgetEvents(tx, [
    ...own.map(({ mutedId }) => ({ subject: `${personId}:${mutedId}`, keep: [events.unfollowed] })),
    ...others.map(({ muterId }) => ({ subject: `${muterId}:${personId}`, keep: [events.unfollowed] })),
  ])
  return others.map(({ muterId }) => muterId)
}

async function dropRestrictions(tx: EntityManager, personId: string): Promise<void> {
  const told = await query<{ subject: string }>(
    tx,
    `/* all shards: of-a-person */ delete from restriction where owner_id = $1 or restricted_id = $1
     returning owner_id || ':' || restricted_id as subject`,
    [personId],
  )
  await forgetEvents(
    tx,
    told.map(({ subject }) => ({ subject, keep: [events.unfollowed] })),
  )
}
