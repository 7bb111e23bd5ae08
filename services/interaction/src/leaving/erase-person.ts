import { type Copies, marksKey } from '@daguerre/copies/copies'
import type { Cache } from '@daguerre/kit/cache'
import { events, makeEvent, type PersonShort } from '@daguerre/contracts'
import { bump, bumpAll } from '@daguerre/kit/counters'
import { forgetEvents } from '@daguerre/kit/forget-events'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { nobody } from '../comments/comment.ts'
import { dropTraces, forgetComments } from '../comments/drop-traces.ts'

const batch = 200

export interface EraseDeps {
  forkEm: () => EntityManager
  people: Pick<Cache<PersonShort>, 'invalidate'>
  copies: Pick<Copies, 'remove'>
  onError: (error: unknown) => void
  signal?: AbortSignal | undefined
}

/**
 * Erases what somebody has left behind who is gone: likes, saves and comments, with the counts of what they were on. Of a comment that others have
 * replied to its place stays, without text and author, so that their thread does.
 */
export async function erasePerson(
  { forkEm, people, copies, onError, signal }: EraseDeps,
  personId: string,
): Promise<void> {
  for (const step of [eraseLikes, eraseSaves, eraseLikesOfComments, eraseComments]) {
    while (await forkEm().transactional((tx) => step(tx, personId))) signal?.throwIfAborted()
  }
  await query(forkEm(), '/* all shards: of-a-person */ delete from idempotency_key where starts_with(scope, $1)', [
    `${personId} `,
  ])
  await people.invalidate([personId])
  await copies.remove([marksKey(personId)]).catch(onError)
}

async function eraseLikes(tx: EntityManager, personId: string): Promise<boolean> {
  const found = await query<{ postId: string }>(
    tx,
    '/* all shards: of-a-person */ select post_id as "postId" from post_like where user_id = $1 order by post_id limit $2',
    [personId, batch],
  )
  const gone = await query<{ postId: string; active: boolean }>(
    tx,
    'delete from post_like where post_id = any($1::uuid[]) and user_id = $2 returning post_id as "postId", active',
    [found.map(({ postId }) => postId), personId],
  )
  const counted = gone.filter(({ active }) => active).map(({ postId }) => postId)
  await bumpAll(tx, counted, 'likes', -1)
  await forgetEvents(
    tx,
    gone.map(({ postId }) => ({ subject: `${postId}:${personId}` })),
  )
  return gone.length > 0
}

async function eraseSaves(tx: EntityManager, personId: string): Promise<boolean> {
  await query(tx, '/* all shards: of-a-person */ delete from saved_post where user_id = $1', [personId])
  return false
}

async function eraseLikesOfComments(tx: EntityManager, personId: string): Promise<boolean> {
  const found = await query<{ commentId: string }>(
    tx,
    '/* all shards: of-a-person */ select comment_id as "commentId" from comment_like where user_id = $1 order by comment_id limit $2',
    [personId, batch],
  )
  const gone = await query<{ commentId: string }>(
    tx,
    'delete from comment_like where comment_id = any($1::uuid[]) and user_id = $2 returning comment_id as "commentId"',
    [found.map(({ commentId }) => commentId), personId],
  )
  const liked = gone.map(({ commentId }) => commentId)
  await bumpAll(tx, liked, 'likes', -1)
  return gone.length > 0
}

/** One at a time, replies first: as they would have deleted it, but that replies of others stay. */
async function eraseComments(tx: EntityManager, personId: string): Promise<boolean> {
  const [found] = await query<{ id: string; postId: string }>(
    tx,
    `/* all shards: of-a-person */ select id, post_id as "postId" from comment where author_id = $1
      order by parent_id is null, id limit 1`,
    [personId],
  )
  if (!found) return false
  // Replies in work hold the row; they are there when this has it.
  const [comment] = await query<Found>(
    tx,
    `select id, post_id as "postId", parent_id as "parentId", author_id as "authorId", held_by is not null as "isHeld" from comment
      where post_id = $1 and id = $2 for update`,
    [found.postId, found.id],
  )
  if (comment?.authorId !== personId) return true
  const [post] = await query<{ authorId: string }>(
    tx,
    `select author_id as "authorId" from post_ref where post_id = $1`,
    [comment.postId],
  )
  const [reply] = await query(tx, 'select 1 from comment where post_id = $1 and parent_id = $2 limit 1', [
    comment.postId,
    comment.id,
  ])
  await (reply ? strip(tx, comment) : remove(tx, comment))
  await emit(
    tx,
    makeEvent(events.commentDeleted, {
      subject: comment.id,
      version: 2,
      data: {
        commentId: comment.id,
        postId: comment.postId,
        postAuthorId: post?.authorId ?? nobody,
        parentId: comment.parentId,
        authorId: personId,
      },
    }),
  )
  return true
}

interface Found {
  id: string
  postId: string
  parentId: string | null
  authorId: string
  isHeld: boolean
}

async function remove(tx: EntityManager, comment: Found): Promise<void> {
  await query(tx, 'delete from comment where post_id = $1 and id = $2', [comment.postId, comment.id])
  if (!comment.isHeld) {
    await bump(tx, comment.postId, 'comments', -1)
    if (comment.parentId !== null) await bump(tx, comment.parentId, 'replies', -1)
  }
  await dropTraces(tx, [comment])
}

async function strip(tx: EntityManager, comment: Found): Promise<void> {
  await query(
    tx,
    `update comment set author_id = $3, author_username = '', text = '', entities = '[]' where post_id = $1 and id = $2`,
    [comment.postId, comment.id, nobody],
  )
  const likes = await query(tx, 'delete from comment_like where comment_id = $1 returning 1', [comment.id])
  await bump(tx, comment.id, 'likes', -likes.length)
  await forgetComments(tx, [comment])
}
