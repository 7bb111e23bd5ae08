import type { Relation } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { readMutes } from '../mute/list-mutes.ts'
import type { RelationRow } from '../profile/profile.ts'

/** How the viewer and each of these people stand to each other; also for people without a profile here. */
export async function listRelations(
  em: EntityManager,
  viewerId: string,
  ids: readonly string[],
): Promise<{ userId: string; relation: Relation }[]> {
  const { following, followedBy, muted } = await readEdges(em, viewerId, ids)
  return [...new Set(ids)].map((userId) => ({
    userId,
    relation: {
      following: userId !== viewerId && following.has(userId),
      followedBy: userId !== viewerId && followedBy.has(userId),
      muted: muted.has(userId),
    },
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
  const { following, followedBy, muted } = viewerId === null ? nobody : await readEdges(em, viewerId, others)
  return rows.map((row) => ({
    ...row,
    following: following.has(row.id),
    followed_by: followedBy.has(row.id),
    muted: muted.has(row.id),
  }))
}

const nobody = { following: new Set<string>(), followedBy: new Set<string>(), muted: new Set<string>() }

async function readEdges(em: EntityManager, viewerId: string, ids: readonly string[]) {
  if (ids.length === 0) return nobody
  const [edges, mutes] = await Promise.all([
    query<{ follower_id: string; followee_id: string }>(
      em,
      `select follower_id, followee_id from follow where active and follower_id = $1 and followee_id = any($2::uuid[])
     union all
     select follower_id, followee_id from follow where active and followee_id = $1 and follower_id = any($2::uuid[])`,
      [viewerId, ids],
    ),
    readMutes(em, { muterId: viewerId, ids, now: new Date() }),
  ])
  return {
    following: new Set(edges.map((edge) => edge.followee_id)),
    followedBy: new Set(edges.map((edge) => edge.follower_id)),
    muted: new Set(mutes.map(({ mutedId }) => mutedId)),
  }
}
