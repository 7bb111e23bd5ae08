import type { Notification, NotificationKind, PersonShort } from '@daguerre/contracts'
import type { Neighbours } from '../neighbours.ts'
import { type PreferenceDeps, shownKinds } from '../preferences/preferences.ts'
import type { Collections, GroupDocument } from './store.ts'

export interface PresentDeps {
  collections: Pick<Collections, 'groups' | 'posts'>
  people: Neighbours['people']
}

export interface Position {
  at: string
  id: string
}

export interface Presented {
  items: Notification[]
  /** The people behind them could not all be had. */
  degraded: boolean
}

/**
 * Groups of one person, newest change of their content first, without the kinds that they do not want to see.
 * @param kinds only these; null for all
 */
export async function listNotifications(
  deps: PresentDeps & PreferenceDeps,
  {
    recipientId,
    kinds,
    after,
    limit,
  }: { recipientId: string; kinds: NotificationKind[] | null; after: Position | null; limit: number },
): Promise<Presented & { next: Position | null }> {
  const below = after
    ? { $or: [{ updatedAt: { $lt: new Date(after.at) } }, { updatedAt: new Date(after.at), _id: { $lt: after.id } }] }
    : {}
  const { kind: shown } = await shownKinds(deps, recipientId)
  const kind = kinds || shown ? { ...(kinds && { $in: kinds }), ...shown } : null
  const found = await deps.collections.groups
    .find(
      { recipientId, live: true, ...below, ...(kind && { kind }) },
      { sort: { updatedAt: -1, _id: -1 }, limit: limit + 1 },
    )
    .toArray()
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    ...(await presentGroups(deps, page)),
    next: found.length > limit && last ? { at: last.updatedAt.toISOString(), id: last._id } : null,
  }
}

/** Groups as clients see them: people through the cache, pictures of posts from what their events said. */
export async function presentGroups(deps: PresentDeps, groups: GroupDocument[]): Promise<Presented> {
  const actorIds = [...new Set(groups.flatMap((group) => group.actors))]
  const postIds = [...new Set(groups.flatMap((group) => group.postId ?? []))]
  const [people, posts] = await Promise.all([
    deps.people.getMany(actorIds),
    postIds.length > 0 ? deps.collections.posts.find({ _id: { $in: postIds } }).toArray() : [],
  ])
  const thumbnails = new Map(posts.map((post) => [post._id, post.thumbnailUrl]))
  return {
    items: groups.map((group) => ({
      id: group._id,
      kind: group.kind,
      actors: group.actors.map((id) => people.values.get(id) ?? unknownPerson(id)),
      actorCount: group.actorCount,
      post: group.postId ? { id: group.postId, thumbnailUrl: thumbnails.get(group.postId) ?? null } : null,
      comment: group.commentId ? { id: group.commentId, text: group.text ?? '' } : null,
      read: !group.unread,
      createdAt: group.createdAt.toISOString(),
      updatedAt: group.updatedAt.toISOString(),
    })),
    degraded: people.stale || people.unknown.length > 0,
  }
}

function unknownPerson(id: string): PersonShort {
  return { id, username: '', displayName: '', avatar: null }
}
