import type { Notification, NotificationKind, PersonShort } from '@daguerre/contracts'
import { type PhotoGrants, withGrant } from '@daguerre/copies/photo-grants'
import { hiddenPeople, type SeeDeps, seenPosts } from '@daguerre/copies/see'
import type { Neighbours } from '../neighbours.ts'
import { type PreferenceDeps, shownKinds } from '../preferences/preferences.ts'
import { actOf } from './group-key.ts'
import { changedNow, type Collections, type GroupDocument } from './store.ts'

export interface PresentDeps {
  see: SeeDeps
  collections: Pick<Collections, 'groups' | 'posts'>
  grants: PhotoGrants
  people: Neighbours['people']
}

export interface Position {
  at: string
  id: string
}

export interface Presented {
  /** In the order of the groups; null of what its recipient may not see (any more). */
  items: (Notification | null)[]
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
    sessionId,
    kinds,
    after,
    limit,
  }: {
    recipientId: string
    sessionId: string | null
    kinds: NotificationKind[] | null
    after: Position | null
    limit: number
  },
): Promise<{ items: Notification[]; degraded: boolean; next: Position | null }> {
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
  const { items, degraded } = await presentGroups(deps, page, sessionId)
  const hidden = page.filter((group, index) => group.unread && items[index] === null)
  if (hidden.length > 0 && !degraded) await forgetUnread(deps, hidden)
  return {
    items: items.filter((item) => item !== null),
    degraded,
    next: found.length > limit && last ? { at: last.updatedAt.toISOString(), id: last._id } : null,
  }
}

/**
 * Groups of one person as they see them: people through the cache, pictures of posts from what their events said.
 * @param sessionId the session in which they look; pictures that are not for everybody are fetched by it alone, and by none without one
 */
export async function presentGroups(
  deps: PresentDeps,
  groups: GroupDocument[],
  sessionId: string | null,
): Promise<Presented> {
  const recipientId = groups[0]?.recipientId ?? null
  const actorIds = [...new Set(groups.flatMap((group) => group.actors))]
  const postIds = [...new Set(groups.flatMap((group) => group.postId ?? []))]
  const [people, posts, hiddenActors] = await Promise.all([
    deps.people.getMany(actorIds),
    postIds.length > 0 ? deps.collections.posts.find({ _id: { $in: postIds } }).toArray() : [],
    hiddenPeople(deps.see, actorIds, recipientId),
  ])
  const known = posts.flatMap(({ _id: id, authorId, audience }) =>
    authorId && audience ? [{ id, authorId, audience }] : [],
  )
  const { seen, guarded, areKnown } = await seenPosts(deps.see, known, recipientId)
  const grantOf = await deps.grants.of(recipientId && sessionId ? { id: recipientId, sessionId } : null)
  const hiddenPosts = new Set(known.flatMap(({ id }) => (seen.has(id) ? [] : [id])))
  const thumbnails = new Map(
    posts.map(({ _id: id, thumbnailUrl }) => [id, withGrant(thumbnailUrl, guarded.has(id) ? grantOf : null)]),
  )
  return {
    items: groups.map((group) => {
      const actors = group.actors.filter((id) => !hiddenActors.has(id))
      const isHidden = (group.live && actors.length === 0) || (group.postId && hiddenPosts.has(group.postId))
      return isHidden ? null : present(group, actors)
    }),
    degraded: people.stale || people.unknown.length > 0 || !areKnown,
  }

  function present(group: GroupDocument, actors: string[]): Notification {
    // Its actor is the person themselves: who moderates is not told.
    const isModerated = group.kind === 'moderated'
    return {
      id: group._id,
      kind: group.kind,
      actors: isModerated ? [] : actors.map((id) => people.values.get(id) ?? unknownPerson(id)),
      actorCount: isModerated ? 0 : group.actorCount - group.actors.length + actors.length,
      post: group.postId ? { id: group.postId, thumbnailUrl: thumbnails.get(group.postId) ?? null } : null,
      comment: group.commentId ? { id: group.commentId, text: group.text ?? '' } : null,
      act: isModerated ? { ...actOf(group.key), reason: group.text ?? '' } : null,
      read: !group.unread,
      createdAt: group.createdAt.toISOString(),
      updatedAt: group.updatedAt.toISOString(),
    }
  }
}

/** What is not shown is not counted as unread either. */
async function forgetUnread({ collections: { groups } }: PresentDeps, hidden: GroupDocument[]): Promise<void> {
  const ids = hidden.map(({ _id }) => _id)
  await groups.updateMany({ _id: { $in: ids } }, { $set: { unread: false }, ...changedNow })
}

function unknownPerson(id: string): PersonShort {
  return { id, username: '', displayName: '', avatar: null }
}
