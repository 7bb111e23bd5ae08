import {
  type Entity,
  countMentioned,
  findEntities,
  mentionedUsernames,
  resolveMentions,
  type MediaState,
  type NewPost,
} from '@daguerre/contracts'
import type { Holds } from '@daguerre/copies/copies'
import type { TextRules, Written } from '@daguerre/copies/text-rules'
import type { Allowance } from '@daguerre/kit/allowance'
import { NeighbourError } from '@daguerre/kit/dapr'
import { newId } from '@daguerre/kit/id'
import { conflict, invalid, jsonPointer, problem } from '@daguerre/kit/problem'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { beginCheck } from '../check/check-posts.ts'
import { lockMedia } from '../media/lock-media.ts'
import { readMedia, type KnownMedia } from '../media/read-media.ts'
import { PostEntity } from '../post.entity.ts'
import type { Neighbours } from '../neighbours.ts'
import type { PostRow } from './post-row.ts'
import { tellHeld } from './hold-post.ts'
import { publishPost } from './publish-post.ts'
import { resolveUsernames } from './resolve-usernames.ts'

/** What other services said of a new post's media and mentions. */
export interface PreparedPost {
  author: { id: string; username: string }
  input: NewPost
  known: Map<string, KnownMedia>
  entities: Entity[]
  /** Blocked words and domains for which moderators look at it first. */
  heldFor: string[]
  /** Where a media is named in the request, for problems. */
  pointerTo: (index: number) => string
  /** The neighbours that were missed. */
  degraded: string[]
}

/**
 * Asks of a new post's media and mentions. Apart from writing, as no transaction may wait for a neighbour.
 * @param pointerTo where a media is named in the request, for problems
 * @throws Problem 422 `media.not_found` or `media.failed`, 409 `media.not_uploaded`, 422 `text.blocked`, 429 `mention.too_many`, 503 `media.unavailable`
 */
export async function preparePost(
  {
    em,
    neighbours,
    mentions: allowed,
    textRules,
  }: {
    em: EntityManager
    neighbours: Pick<Neighbours, 'findMedia' | 'findByUsername'>
    mentions: Allowance
    textRules: TextRules
  },
  author: { id: string; username: string },
  input: NewPost,
  pointerTo: (index: number) => string = (index) => jsonPointer(['media', index, 'mediaId']),
): Promise<PreparedPost> {
  const ids = input.media.map((item) => item.mediaId)
  const heldFor = await textRules.check(writtenIn(input), { mayHold: true })
  const found = findEntities(input.caption)
  const [known, mentions] = await Promise.all([
    knowMedia(em, neighbours, ids),
    resolveUsernames(neighbours, mentionedUsernames(found), author.id),
  ])
  checkMedia(known, ids, author.id, pointerTo)
  const entities = resolveMentions(found, mentions.ids)
  await allowed.take(author.id, countMentioned(entities, author.id))
  return { author, input, known, entities, heldFor, pointerTo, degraded: mentions.degraded }
}

/** All that people write in a post. */
export function writtenIn({ caption, media, location }: Pick<NewPost, 'caption' | 'media' | 'location'>): Written[] {
  return [
    ['#/caption', caption],
    ...media.map(({ altText }, index): Written => [jsonPointer(['media', index, 'altText']), altText]),
    ['#/location/name', location?.name],
  ]
}

/**
 * Writes a post: published at once if all its media are ready, else published by the event of the last one; one that is held, by moderators.
 * @param options.id of the caller's making, for what must not be there twice
 * @param deps.isChecked whether somebody outside is asked first (`check-posts`)
 * @param options.imported it is nobody's news (`publishPost`)
 * @throws Problem 422 `media.failed` if a media failed since it was asked for
 */
export async function createPost(
  { em, holds, now, isChecked }: { em: EntityManager; holds: Pick<Holds, 'hold'>; now: Date; isChecked: boolean },
  { author, input, known, entities, heldFor, pointerTo }: Omit<PreparedPost, 'degraded'>,
  { id = newId(), imported = false }: { id?: string; imported?: boolean } = {},
): Promise<PostRow> {
  const ids = input.media.map((item) => item.mediaId)
  return em.transactional(async (tx) => {
    // Events of these media wait until this is committed, or were committed before: none falls between.
    await lockMedia(tx, ids)
    for (const [id, newer] of await readMedia(tx, ids)) {
      if (newer.version >= (known.get(id)?.version ?? 0)) known.set(id, newer)
    }
    checkMedia(known, ids, author.id, pointerTo)
    const media = input.media.map((item) => {
      const { media: details } = known.get(item.mediaId) as KnownMedia
      return { ...details, altText: item.altText }
    })
    const ready = media.every((item) => item.state === 'ready')
    // Of what moderators look at anyhow nobody else is asked.
    const isHeld = heldFor.length > 0
    const check = isChecked && !isHeld
    const row = tx.create(PostEntity, {
      id,
      authorId: author.id,
      authorUsername: author.username,
      caption: input.caption,
      entities,
      media,
      location: input.location ?? null,
      audience: input.audience,
      commentsOff: input.commentsOff ?? false,
      likesHidden: input.likesHidden ?? false,
      state: ready && !isHeld && !check ? 'published' : 'processing',
      heldFor: isHeld || check ? { texts: heldFor, imported, check } : null,
      version: 1,
      createdAt: now,
      editedAt: null,
    })
    await tx.persist(row).flush()
    await query(tx, `insert into post_media (media_id, post_id) select unnest($1::uuid[]), $2`, [ids, row.id])
    if (ready && check) await beginCheck(tx, row.id)
    else if (ready) await (isHeld ? tellHeld(tx, row) : publishPost({ em: tx, holds }, row, { imported }))
    return row
  })
}

// What is ready or failed stays so: media is asked only for what its events have not told yet.
export async function knowMedia(
  em: EntityManager,
  neighbours: Pick<Neighbours, 'findMedia'>,
  ids: string[],
): Promise<Map<string, KnownMedia>> {
  const known = await readMedia(em, ids)
  const unknown = ids.filter((id) => !known.has(id))
  if (unknown.length === 0) return known
  try {
    for (const item of await neighbours.findMedia(unknown)) known.set(item.media.id, item)
  } catch (error) {
    if (!(error instanceof NeighbourError)) throw error
    throw problem(503, 'media.unavailable', 'Whether these media are there cannot be seen now. Try again.', {
      headers: { 'retry-after': '1' },
      cause: error,
    })
  }
  return known
}

export function checkMedia(
  known: ReadonlyMap<string, KnownMedia>,
  ids: string[],
  authorId: string,
  at: (index: number) => string,
): void {
  const missing = ids.flatMap((id, index) =>
    known.get(id)?.ownerId === authorId ? [] : [{ pointer: at(index), detail: 'is not a media of yours' }],
  )
  if (missing.length > 0) throw invalid(missing, 'media.not_found', 'A media is not there, or not yours.')
  function inState(state: MediaState, detail: string) {
    return ids.flatMap((id, index) => (known.get(id)?.media.state === state ? [{ pointer: at(index), detail }] : []))
  }
  const failed = inState('failed', 'could not be processed')
  if (failed.length > 0) throw invalid(failed, 'media.failed', 'A media has failed and cannot be shown.')
  const uploading = inState('uploading', 'is not uploaded completely')
  if (uploading.length > 0) throw conflict('media.not_uploaded', 'Complete the upload of each media first.', uploading)
}
