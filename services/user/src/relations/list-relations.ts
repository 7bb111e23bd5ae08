import type { Relation, Ties } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { readBlocks } from '../block/read-blocks.ts'
import { readMutes } from '../mute/read-mutes.ts'
import { type RelationRow, toRelation } from '../profile/profile.ts'

export type ToldRelation = { userId: string; relation: Relation } & Pick<Ties, 'isBlocked' | 'isCloseFriend'>

/** How the viewer and each of these people stand to each other; also for people without a profile here. */
export async function listRelations(
  em: EntityManager,
  viewerId: string,
  ids: readonly string[],
): Promise<ToldRelation[]> {
  const rows = [...new Set(ids)].map((id) => ({ id }))
  return (await addRelations(em, viewerId, rows)).map(({ id, blocked_by, close_friend_of, ...row }) => ({
    userId: id,
    relation: toRelation(row),
    isBlocked: row.blocked || blocked_by,
    isCloseFriend: close_friend_of,
  }))
}

/**
 * Rows of people with how they and the viewer stand to each other. A statement of its own: a person's edges are stored with the
 * person who follows, so a join would have rows of many places in it.
 */
export async function addRelations<Row extends { id: string }>(
  em: EntityManager,
  viewerId: string | null,
  rows: readonly Row[],
): Promise<(Row & RelationRow)[]> {
  const others = rows.map(({ id }) => id).filter((id) => id !== viewerId)
  const edges = viewerId === null || others.length === 0 ? nobody : await readEdges(em, viewerId, others)
  return rows.map((row) => ({
    ...row,
    following: edges.following.has(row.id),
    followed_by: edges.followedBy.has(row.id),
    requested: edges.requested.has(row.id),
    muted: edges.muted.has(row.id),
    restricted: edges.restricted.has(row.id),
    close_friend: edges.closeFriend.has(row.id),
    blocked: edges.blocked.has(row.id),
    blocked_by: edges.blockedBy.has(row.id),
    close_friend_of: edges.closeFriendOf.has(row.id),
  }))
}

type Edges = Record<
  | 'following'
  | 'followedBy'
  | 'requested'
  | 'muted'
  | 'restricted'
  | 'closeFriend'
  | 'closeFriendOf'
  | 'blocked'
  | 'blockedBy',
  ReadonlySet<string>
>

const none: ReadonlySet<string> = new Set()
const nobody: Edges = {
  ...{ following: none, followedBy: none, requested: none },
  ...{ muted: none, restricted: none, closeFriend: none, closeFriendOf: none, blocked: none, blockedBy: none },
}

async function readEdges(em: EntityManager, viewerId: string, ids: readonly string[]): Promise<Edges> {
  const [edges, mutes, blocks] = await Promise.all([
    query<{ what: Exclude<keyof Edges, 'muted' | 'blocked' | 'blockedBy'>; id: string }>(
      em,
      `select 'following' as what, followee_id as id from follow where active and follower_id = $1 and followee_id = any($2::uuid[])
       union all
       select 'followedBy', follower_id from follow where active and followee_id = $1 and follower_id = any($2::uuid[])
       union all
       select 'requested', target_id from follow_request where requester_id = $1 and target_id = any($2::uuid[])
       union all
       select 'closeFriend', friend_id from close_friend where owner_id = $1 and friend_id = any($2::uuid[])
       union all
       select 'closeFriendOf', owner_id from close_friend where friend_id = $1 and owner_id = any($2::uuid[])
       union all
       select 'restricted', restricted_id from restriction where active and owner_id = $1 and restricted_id = any($2::uuid[])`,
      [viewerId, ids],
    ),
    readMutes(em, { muterId: viewerId, ids, now: new Date() }),
    readBlocks(em, viewerId, ids),
  ])
  function idsOf(which: (typeof edges)[number]['what']): Set<string> {
    return new Set(edges.flatMap(({ what, id }) => (what === which ? [id] : [])))
  }
  return {
    following: idsOf('following'),
    followedBy: idsOf('followedBy'),
    requested: idsOf('requested'),
    restricted: idsOf('restricted'),
    closeFriend: idsOf('closeFriend'),
    closeFriendOf: idsOf('closeFriendOf'),
    muted: new Set(mutes.map(({ mutedId }) => mutedId)),
    blocked: new Set(blocks.flatMap(({ blockerId, blockedId }) => (blockerId === viewerId ? [blockedId] : []))),
    blockedBy: new Set(blocks.flatMap(({ blockerId, blockedId }) => (blockedId === viewerId ? [blockerId] : []))),
  }
}
