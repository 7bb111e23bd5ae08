import type { commentCreated, Entity, EventData, moderatorActed, postUpdated } from '@daguerre/contracts'
import { type SeeDeps, whoMaySee } from '@daguerre/copies/see'
import { applyEntry, type ApplyDeps } from './apply-entry.ts'
import { aboutAct, dayOf, followEntryId } from './group-key.ts'

export interface NotifyDeps extends ApplyDeps {
  /** Ids of people by username, of those whom somebody may mention, for mentions that were not resolved when they were written. */
  idsByUsername(usernames: string[], mentionedBy: string): Promise<Map<string, string>>
  see: SeeDeps
  closeFriends(userId: string): Promise<Set<string>>
}

const excerptLength = 140

const characters = new Intl.Segmenter()

/** The first words of a text, cut between characters as people see them. */
export function excerpt(text: string): string {
  if (text.length <= excerptLength) return text
  const shown = Iterator.from(characters.segment(text))
    .take(excerptLength)
    .map(({ segment }) => segment)
  const start = [...shown].join('')
  return start.length < text.length ? `${start}…` : text
}

export async function notifyFollow(
  deps: ApplyDeps,
  follow: { followerId: string; followeeId: string; at: string },
  change: { version: number; active: boolean },
): Promise<void> {
  const at = new Date(follow.at)
  await applyEntry(deps, {
    id: followEntryId(follow),
    group: { recipientId: follow.followeeId, kind: 'followed', about: dayOf(at) },
    actorId: follow.followerId,
    ...change,
    at,
  })
}

/**
 * Whoever is asked to be followed hears of it until the request is over; who has asked hears of it if they were accepted. A follow that
 * ends later, or another request, is no reason to take that back.
 */
export async function notifyRequest(
  deps: ApplyDeps,
  request: { requesterId: string; targetId: string; at: string },
  { version, state }: { version: number; state: 'open' | 'accepted' | 'over' },
): Promise<void> {
  const { requesterId, targetId } = request
  const at = new Date(request.at)
  await applyEntry(deps, {
    id: `requested|${requesterId}|${targetId}`,
    group: { recipientId: targetId, kind: 'requested', about: dayOf(at) },
    actorId: requesterId,
    version,
    active: state === 'open',
    at,
  })
  if (state !== 'accepted') return
  await applyEntry(deps, {
    id: `accepted|${requesterId}|${targetId}`,
    group: { recipientId: requesterId, kind: 'accepted', about: dayOf(at) },
    actorId: targetId,
    version,
    active: true,
    at,
  })
}

export async function notifyLike(
  deps: ApplyDeps,
  like: { postId: string; postAuthorId: string; userId: string; at: string },
  change: { version: number; active: boolean },
): Promise<void> {
  if (like.userId === like.postAuthorId) return
  await applyEntry(deps, {
    id: `liked|${like.postId}|${like.userId}`,
    group: { recipientId: like.postAuthorId, kind: 'liked', about: like.postId },
    actorId: like.userId,
    ...change,
    at: new Date(like.at),
    postId: like.postId,
  })
}

/** A comment tells each person once: who is answered, else who is mentioned, else whose post it is. */
export async function notifyComment(
  deps: NotifyDeps,
  comment: EventData<typeof commentCreated>,
  version: number,
): Promise<void> {
  // Who has let it through has read it.
  const told = new Set([comment.authorId, ...(comment.released ? [comment.postAuthorId] : [])])
  const entry = {
    actorId: comment.authorId,
    version,
    active: true,
    at: new Date(comment.at),
    postId: comment.postId,
    commentId: comment.commentId,
    text: excerpt(comment.text),
  }
  if (comment.repliedToId && comment.parentId && !told.has(comment.repliedToId)) {
    told.add(comment.repliedToId)
    await applyEntry(deps, {
      ...entry,
      id: `replied|${comment.commentId}`,
      group: { recipientId: comment.repliedToId, kind: 'replied', about: comment.parentId },
    })
  }
  for (const userId of await mentioned(deps, comment.entities, comment.authorId)) {
    if (told.has(userId)) continue
    told.add(userId)
    await applyEntry(deps, {
      ...entry,
      id: `mentioned|${comment.commentId}|${userId}`,
      group: { recipientId: userId, kind: 'mentioned', about: comment.commentId },
    })
  }
  if (!told.has(comment.postAuthorId)) {
    await applyEntry(deps, {
      ...entry,
      id: `commented|${comment.commentId}`,
      group: { recipientId: comment.postAuthorId, kind: 'commented', about: comment.postId },
    })
  }
}

/**
 * Who is mentioned in a post that is for them hears of it; of an edited one only who was not mentioned before.
 * @param wording its version and when it was written: the first one that mentions somebody counts, whatever comes first
 */
export async function notifyMentionsInPost(
  deps: NotifyDeps,
  post: EventData<typeof postUpdated>,
  wording: { version: number; at: Date },
): Promise<void> {
  const others = (await mentioned(deps, post.entities, post.authorId)).filter((userId) => userId !== post.authorId)
  for (const userId of await whoMaySee({ ...deps.see, closeFriends: (id) => deps.closeFriends(id) }, post, others)) {
    await applyEntry(deps, {
      id: `mentioned|${post.postId}|${userId}`,
      group: { recipientId: userId, kind: 'mentioned', about: post.postId },
      actorId: post.authorId,
      // Entries keep their highest version, so the earliest wording must be that.
      version: -wording.version,
      active: true,
      at: wording.at,
      postId: post.postId,
      text: excerpt(post.caption),
    })
  }
}

/** Somebody hears of what a moderator did, and of the answer to their appeal: two notifications. */
export async function notifyAct(deps: ApplyDeps, act: EventData<typeof moderatorActed>): Promise<void> {
  const about = aboutAct(act)
  await applyEntry(deps, {
    id: `moderated|${about}`,
    group: { recipientId: act.personId, kind: 'moderated', about },
    // Who it was is nobody's business: an entry has an actor, and this one is not shown.
    actorId: act.personId,
    version: 1,
    active: true,
    at: new Date(act.at),
    text: act.reason,
  })
}

async function mentioned(deps: NotifyDeps, entities: Entity[], authorId: string): Promise<string[]> {
  const mentions = entities.filter((entity) => entity.type === 'mention')
  const unresolved = mentions.filter((mention) => mention.userId === null).map((mention) => mention.username)
  const ids =
    unresolved.length > 0 ? await deps.idsByUsername([...new Set(unresolved)], authorId) : new Map<string, string>()
  return [...new Set(mentions.flatMap((mention) => mention.userId ?? ids.get(mention.username) ?? []))]
}
