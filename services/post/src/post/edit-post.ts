import {
  events,
  findEntities,
  makeEvent,
  mentionedUsernames,
  resolveMentions,
  type PostEdit,
} from '@daguerre/contracts'
import type { TextRules, Written } from '@daguerre/copies/text-rules'
import type { Allowance } from '@daguerre/kit/allowance'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, invalid, jsonPointer } from '@daguerre/kit/problem'
import { LockMode } from '@mikro-orm/core'
import { PostEntity } from '../post.entity.ts'
import type { Neighbours } from '../neighbours.ts'
import { checkAuthor } from './check-author.ts'
import { isListed, tagsOf, type PostRow } from './post-row.ts'
import { postEvent, relistPost } from './publish-post.ts'
import { readPost } from './read-post.ts'
import { resolveUsernames } from './resolve-usernames.ts'

/**
 * Changes caption, alt texts, audience, whether it is commented on or its likes are hidden, and keeps what was said before. An edit that changes nothing leaves no trace.
 * @throws Problem 404 `post.not_found`, 403 `post.not_yours`, 409 `post.edited_meanwhile`, 422 `media.not_in_post`, `text.blocked`, 429 `mention.too_many`
 */
export async function editPost(
  {
    em,
    neighbours,
    mentions: allowed,
    textRules,
    now,
  }: {
    em: EntityManager
    neighbours: Pick<Neighbours, 'findByUsername'>
    mentions: Allowance
    textRules: TextRules
    now: Date
  },
  viewerId: string,
  postId: string,
  edit: PostEdit,
): Promise<{ post: PostRow; degraded: string[] }> {
  const before = await readPost(em, postId)
  checkAuthor(before, viewerId)
  // What is published cannot be held any more.
  await textRules.check([
    ['#/caption', edit.caption],
    ...(edit.media ?? []).map(({ altText }, index): Written => [jsonPointer(['media', index, 'altText']), altText]),
  ])
  // Names are asked for before the row is locked; who was found once stays found.
  const found = edit.caption === undefined || edit.caption === before.caption ? undefined : findEntities(edit.caption)
  const ids = new Map(
    before.entities.flatMap((entity): [string, string][] =>
      entity.type === 'mention' && entity.userId !== null ? [[entity.username, entity.userId]] : [],
    ),
  )
  const newNames = mentionedUsernames(found ?? []).filter((name) => !ids.has(name))
  const mentions = await resolveUsernames(neighbours, newNames, viewerId)
  // Those who were mentioned before count no more.
  await allowed.take(viewerId, new Set([...mentions.ids.values()].filter((id) => id !== viewerId)).size)
  for (const [name, id] of mentions.ids) ids.set(name, id)

  const post = await em.transactional(async (tx) => {
    const row = await tx.findOne(PostEntity, { id: postId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    checkAuthor(row, viewerId)
    const media = withAltTexts(row, edit)
    const caption = edit.caption ?? row.caption
    const sameAlts = media.every((item, index) => item.altText === row.media[index]?.altText)
    // An edit that came already, too: it may be sent again without harm.
    const audience = edit.audience ?? row.audience
    const isSaidAnew = caption !== row.caption || !sameAlts
    const commentsOff = edit.commentsOff ?? row.commentsOff
    const likesHidden = edit.likesHidden ?? row.likesHidden
    const isSetAnew = audience !== row.audience || commentsOff !== row.commentsOff || likesHidden !== row.likesHidden
    if (!isSaidAnew && !isSetAnew) return row
    if (edit.ifEditedAt !== undefined && edit.ifEditedAt !== (row.editedAt?.toISOString() ?? null)) {
      throw conflict('post.edited_meanwhile', 'This post was edited in the meantime.')
    }

    const before = { isListed: isListed(row), tags: tagsOf(row.entities) }
    if (isSaidAnew) {
      await keepEdit(tx, row, now)
      row.editedAt = now
    }
    if (caption !== row.caption) row.entities = resolveMentions(found ?? findEntities(caption), ids)
    row.caption = caption
    row.media = media
    row.audience = audience
    row.commentsOff = commentsOff
    row.likesHidden = likesHidden
    row.version += 1
    await tx.flush()
    if (row.state === 'published') {
      await emit(tx, makeEvent(events.postUpdated, postEvent(row, await relistPost(tx, row, before))))
    }
    return row
  })
  return { post, degraded: mentions.degraded }
}

function keepEdit(tx: EntityManager, row: PostRow, now: Date): Promise<unknown> {
  return query(
    tx,
    `insert into post_edit (post_id, version, caption, entities, alt_texts, replaced_at)
     values ($1, $2, $3, $4::jsonb, $5::jsonb, $6)`,
    [
      row.id,
      row.version,
      row.caption,
      JSON.stringify(row.entities),
      JSON.stringify(row.media.map((item) => ({ mediaId: item.id, altText: item.altText }))),
      now,
    ],
  )
}

function withAltTexts(row: PostRow, edit: PostEdit): PostRow['media'] {
  const altTexts = new Map(edit.media?.map((item) => [item.mediaId, item.altText]))
  const own = new Set(row.media.map((item) => item.id))
  const foreign = (edit.media ?? []).flatMap((item, index) =>
    own.has(item.mediaId)
      ? []
      : [{ pointer: jsonPointer(['media', index, 'mediaId']), detail: 'is not a media of this post' }],
  )
  if (foreign.length > 0) throw invalid(foreign, 'media.not_in_post', 'A media is not one of this post.')
  return row.media.map((item) => ({ ...item, altText: altTexts.get(item.id) ?? item.altText }))
}
