import {
  Comment,
  Commenting,
  countsFor,
  findEntities,
  countMentioned,
  maySeeLikes,
  mentionedUsernames,
  NewComment,
  Page,
  PersonInList,
  type PersonShort,
  Post,
  problems,
  resolveMentions,
  ShownCounts,
  type Speakers,
} from '@daguerre/contracts'
import { copyKey } from '@daguerre/copies/copies'
import { presentPage } from '@daguerre/copies/present-post'
import { hiddenPeople, maySee, notVouchedFor } from '@daguerre/copies/see'
import { readCounts } from '@daguerre/kit/counters'
import { fillPage, pageQuery } from '@daguerre/kit/cursor'
import { NeighbourError } from '@daguerre/kit/dapr'
import {
  anyone,
  created,
  createRoute,
  createRouter,
  degrade,
  emOf,
  maybeViewerOf,
  signedIn,
  viewerOf,
  z,
} from '@daguerre/kit/http'
import { idempotentAfter } from '@daguerre/kit/idempotency'
import { forbidden, Problem } from '@daguerre/kit/problem'
import type { Context, TypedResponse } from 'hono'
import type { Deps } from '../app.ts'
import { type CommentRow, isSeen, nobody } from '../comments/comment.ts'
import { createComment, notOfThisPost } from '../comments/create-comment.ts'
import { deleteComment } from '../comments/delete-comment.ts'
import { commentNotFound, findComment } from '../comments/find-comment.ts'
import { likeComment } from '../comments/like-comment.ts'
import { listComments } from '../comments/list-comments.ts'
import { listHeld } from '../comments/list-held.ts'
import { listReplies } from '../comments/list-replies.ts'
import { countsOfComments, nameless, presentComments } from '../comments/present-comments.ts'
import { releaseComment } from '../comments/release-comment.ts'
import { unlikeComment } from '../comments/unlike-comment.ts'
import { likePost } from '../likes/like-post.ts'
import { type LikeRow, listLikes } from '../likes/list-likes.ts'
import { unlikePost } from '../likes/unlike-post.ts'
import { findPost, noSuchPost, type VisiblePost } from '../posts/find-post.ts'
import { listSaved } from '../saves/list-saved.ts'
import { savePost } from '../saves/save-post.ts'
import { unsavePost } from '../saves/unsave-post.ts'

const params = z.object({ id: z.uuid().toLowerCase() })
const query = z.strictObject(pageQuery)
const position = z.uuid()
const tags = ['interactions']
const PostPage = Page(Post)

function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

const done = { description: 'It is so now, whatever it was before.' }
const ofOneThing = { request: { params } }
const listOfOne = { request: { params, query } }

const likePostRoute = createRoute({
  method: 'post',
  path: '/api/v1/posts/{id}/like',
  operationId: 'likePost',
  tags,
  summary: 'Like a post',
  description: 'Liking a post that one likes already changes nothing.',
  ...signedIn,
  ...ofOneThing,
  responses: {
    200: json('The counts of the post with this like.', z.object({ counts: ShownCounts })),
    ...problems(401, 404, 422, 503),
  },
})

const unlikePostRoute = createRoute({
  method: 'delete',
  path: '/api/v1/posts/{id}/like',
  operationId: 'unlikePost',
  tags,
  summary: 'Take a like back',
  description: 'However often: 204, also if the post was not liked.',
  ...signedIn,
  ...ofOneThing,
  responses: { 204: done, ...problems(401, 404, 422, 503) },
})

const likesRoute = createRoute({
  method: 'get',
  path: '/api/v1/posts/{id}/likes',
  operationId: 'listLikes',
  tags,
  summary: 'Who likes a post',
  description:
    'Newest like first, each person with how they and the viewer stand to each other. Where its author has hidden likes (`likesHidden`), others get 403 `like.hidden`.',
  ...anyone,
  ...listOfOne,
  responses: { 200: json('A page of people.', Page(PersonInList)), ...problems(400, 401, 403, 404, 422, 503) },
})

const createCommentRoute = createRoute({
  method: 'post',
  path: '/api/v1/posts/{id}/comments',
  operationId: 'createComment',
  tags,
  summary: 'Comment on a post, or reply to a comment',
  description:
    'With `parentId` it is a reply. Replies are one level deep: an answer to a reply joins the thread of its first-level ' +
    'comment, and its `parentId` is that one. Hashtags and mentions come back as entities. Who mentions more than 500 people a day, in captions and comments ' +
    'together (in the first week 50), gets 429 `mention.too_many`. What moderators have blocked is 422 `text.blocked`. The author of the post does not answer what they have not let through (409 `comment.held`). 403 `comment.off` where nobody comments, `comment.not_allowed` where its ' +
    'author does not let the viewer.',
  ...signedIn,
  request: {
    params,
    headers: z.object({ 'idempotency-key': z.string().optional() }),
    body: { required: true, content: { 'application/json': { schema: NewComment } } },
  },
  responses: { 201: json('The comment.', Comment), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'comment',
})

const commentingRoute = createRoute({
  method: 'get',
  path: '/api/v1/posts/{id}/commenting',
  operationId: 'getCommenting',
  tags,
  summary: 'Whether you may comment on a post',
  description: 'And if not why: comments are off, or its author lets only some people comment.',
  ...signedIn,
  ...ofOneThing,
  responses: { 200: json('Whether you may.', Commenting), ...problems(401, 404, 422, 503) },
})

const commentsRoute = createRoute({
  method: 'get',
  path: '/api/v1/posts/{id}/comments',
  operationId: 'listComments',
  tags,
  summary: 'First-level comments of a post',
  description:
    'Newest first: what was just said, one’s own included, is on the first page. `counts.replies` says how long each thread is.',
  ...anyone,
  ...listOfOne,
  responses: { 200: json('A page of comments.', Page(Comment)), ...problems(400, 401, 404, 422, 503) },
})

const repliesRoute = createRoute({
  method: 'get',
  path: '/api/v1/comments/{id}/replies',
  operationId: 'listReplies',
  tags,
  summary: 'The thread below a comment',
  description: 'Oldest first, as a conversation is read. A reply has none of its own.',
  ...anyone,
  ...listOfOne,
  responses: { 200: json('A page of comments.', Page(Comment)), ...problems(400, 401, 404, 422, 503) },
})

const commentRoute = createRoute({
  method: 'get',
  path: '/api/v1/comments/{id}',
  operationId: 'getComment',
  tags,
  summary: 'A comment',
  description: 'One comment or reply, as lists show it.',
  ...anyone,
  ...ofOneThing,
  responses: { 200: json('The comment.', Comment), ...problems(401, 404, 422) },
})

const likeCommentRoute = createRoute({
  method: 'post',
  path: '/api/v1/comments/{id}/like',
  operationId: 'likeComment',
  tags,
  summary: 'Like a comment',
  description: 'Liking a comment that one likes already changes nothing.',
  ...signedIn,
  ...ofOneThing,
  responses: {
    200: json('The counts of the comment with this like.', z.object({ counts: Comment.shape.counts })),
    ...problems(401, 404, 422),
  },
})

const unlikeCommentRoute = createRoute({
  method: 'delete',
  path: '/api/v1/comments/{id}/like',
  operationId: 'unlikeComment',
  tags,
  summary: 'Take the like of a comment back',
  description: 'However often: 204, also if the comment was not liked.',
  ...signedIn,
  ...ofOneThing,
  responses: { 204: done, ...problems(401, 404, 422) },
})

const deleteCommentRoute = createRoute({
  method: 'delete',
  path: '/api/v1/comments/{id}',
  operationId: 'deleteComment',
  tags,
  summary: 'Delete a comment',
  description: 'Its author may, and the author of the post. A first-level comment takes its replies with it.',
  ...signedIn,
  ...ofOneThing,
  responses: { 204: { description: 'It is gone.' }, ...problems(401, 403, 404, 422) },
})

const releaseCommentRoute = createRoute({
  method: 'post',
  path: '/api/v1/comments/{id}/release',
  operationId: 'releaseComment',
  tags,
  summary: 'Let a comment through',
  description:
    'The author of the post does, of a comment that is held (`held`): it is there for all from now on. One that is not held stays as it is. ' +
    'A reply to one that is held waits for that (`comment.thread_held`). Who wrote it is not told.',
  ...signedIn,
  ...ofOneThing,
  responses: { 204: done, ...problems(401, 403, 404, 409, 422, 503) },
})

const heldCommentsRoute = createRoute({
  method: 'get',
  path: '/api/v1/users/me/held-comments',
  operationId: 'listHeldComments',
  tags,
  summary: 'What waits for you below your posts',
  description:
    'Comments and replies of whom you restrict or that have a word in them that you have hidden, newest first. They are released or deleted.',
  ...signedIn,
  request: { query },
  responses: { 200: json('A page of comments.', Page(Comment)), ...problems(400, 401, 422, 503) },
})

const savePostRoute = createRoute({
  method: 'put',
  path: '/api/v1/posts/{id}/save',
  operationId: 'savePost',
  tags,
  summary: 'Save a post',
  description: 'For oneself alone; nobody is told. What is saved already keeps its place in the list.',
  ...signedIn,
  ...ofOneThing,
  responses: { 204: done, ...problems(401, 404, 422, 503) },
})

const unsavePostRoute = createRoute({
  method: 'delete',
  path: '/api/v1/posts/{id}/save',
  operationId: 'unsavePost',
  tags,
  summary: 'No longer save a post',
  description: 'However often: 204, also if the post was not saved.',
  ...signedIn,
  ...ofOneThing,
  responses: { 204: done, ...problems(401, 404, 422, 503) },
})

const savedRoute = createRoute({
  method: 'get',
  path: '/api/v1/users/me/saved',
  operationId: 'listSaved',
  tags,
  summary: 'Posts that I saved',
  description: 'In the order of saving, newest first. Deleted posts are left out.',
  ...signedIn,
  request: { query },
  responses: { 200: json('A page of posts.', PostPage), ...problems(400, 401, 422, 503) },
})

/** The routes that clients see. */
export function publicRoutes(deps: Deps) {
  const { neighbours, people, holds, cursors, mentions, textRules, clock } = deps
  const router = createRouter({ read: 'read', write: 'interact' })

  const seeing = { ...deps, hydration: neighbours }

  function anyPost(c: Context, id: string) {
    return findPost({ em: emOf(c), loadPostRefs: neighbours.loadPostRefs }, id)
  }

  async function visiblePost(c: Context, id: string) {
    const post = await anyPost(c, id)
    await requireSeen(c, post)
    return post
  }

  /** What one has left on a post is taken back also where one sees it no longer; who has left nothing learns nothing. */
  async function requireSeen(c: Context, post: VisiblePost): Promise<void> {
    if (!(await maySee(seeing, post, maybeViewerOf(c)?.id ?? null))) throw noSuchPost()
  }

  async function visibleComment(c: Context, id: string): Promise<CommentRow> {
    const { post, ...comment } = await findComment({ em: emOf(c) }, id)
    const [isPostSeen, seen] = await Promise.all([
      maySee(seeing, post, maybeViewerOf(c)?.id ?? null),
      seenComments(c)([comment]),
    ])
    if (!isPostSeen || seen.length === 0) throw commentNotFound()
    return comment
  }

  /** Of rows that people have left those of whom the viewer sees. */
  function seenBy<Row>(c: Context, personOf: (row: Row) => string) {
    return async (rows: readonly Row[]): Promise<Row[]> => {
      const hidden = await hiddenPeople(seeing, rows.map(personOf), maybeViewerOf(c)?.id ?? null)
      return rows.filter((row) => !hidden.has(personOf(row)))
    }
  }

  function seenComments(c: Context) {
    const viewerId = maybeViewerOf(c)?.id ?? null
    const seen = seenBy(c, (row: CommentRow) => row.authorId)
    return (rows: readonly CommentRow[]) => seen(rows.filter((row) => isSeen(row, viewerId)))
  }

  /** What user says; where it does not answer, nothing, and the header says so. */
  async function askUser<T>(c: Context, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof NeighbourError)) throw error
      degrade(c, 'user')
      return undefined
    }
  }

  async function peopleOf(c: Context, ids: string[]): Promise<ReadonlyMap<string, PersonShort>> {
    const { values, stale, unknown } = await people.getMany(ids)
    if (stale || unknown.length > 0) degrade(c, 'user')
    return values
  }

  /** Comments with their authors, for whoever asks. */
  async function shown(c: Context, rows: readonly CommentRow[]): Promise<Comment[]> {
    const authors = await peopleOf(
      c,
      rows.map((row) => row.authorId).filter((id) => id !== nobody),
    )
    return presentComments({ em: emOf(c) }, rows, { authors, viewerId: maybeViewerOf(c)?.id })
  }

  /** A text's entities and its author, by one question to user: who is mentioned is asked for along with the author. */
  async function readNames(c: Context, authorId: string, text: string) {
    const found = findEntities(text)
    const usernames = mentionedUsernames(found)
    if (usernames.length === 0) return { entities: found, authors: await peopleOf(c, [authorId]) }
    const named =
      (await askUser(c, () => neighbours.loadPeople({ ids: [authorId], usernames, mentionedBy: authorId }))) ?? []
    const idByUsername = new Map(named.map((person) => [person.username, person.id]))
    return { entities: resolveMentions(found, idByUsername), authors: byId(named) }
  }

  /** What its author has set about a comment on a post; undefined while user does not answer. */
  async function judged(c: Context, writerId: string, { authorId }: VisiblePost, text: string) {
    if (writerId === authorId) return { heldBy: null, onlyFor: null }
    return (await askUser(c, () => neighbours.judge([{ writerId, authorId, text }])))?.[0]
  }

  router.openapi(likePostRoute, async (c) => {
    const em = emOf(c)
    const post = await visiblePost(c, c.req.valid('param').id)
    const viewer = viewerOf(c)
    await holds.during([copyKey.mark(viewer.id, post.id)], () => likePost({ em, viewer, now: clock() }, post))
    const counts = await readCounts(em, [post.id], ['likes', 'comments'])
    return c.json({ counts: countsFor(viewer.id, post, counts.get(post.id) ?? { likes: 0, comments: 0 }) }, 200)
  })

  router.openapi(unlikePostRoute, async (c) => {
    const post = await anyPost(c, c.req.valid('param').id)
    const [em, viewer] = [emOf(c), viewerOf(c)]
    const key = copyKey.mark(viewer.id, post.id)
    const wasLiked = await holds.during([key], () => unlikePost({ em, viewer, now: clock() }, post))
    if (!wasLiked) await requireSeen(c, post)
    return c.body(null, 204)
  })

  router.openapi(likesRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const viewer = maybeViewerOf(c)
    const scope = `post-likes:${id}:${viewer?.id ?? ''}`
    const before = cursor === undefined ? null : cursors.decode(scope, cursor, position)
    const post = await visiblePost(c, id)
    if (!maySeeLikes(viewer?.id ?? null, post)) {
      throw forbidden('like.hidden', 'Who likes this post its author alone learns.')
    }
    const { items, last } = await fillPage<LikeRow>(
      (after, most) => listLikes({ em: emOf(c) }, { postId: post.id, before: after?.likeId ?? before, limit: most }),
      seenBy(c, (row) => row.userId),
      limit,
    )
    const nextCursor = last ? cursors.encode(scope, last.likeId) : null
    const ids = items.map((item) => item.userId)
    // For a viewer, user is asked in any case, and says who they are by the way; else they may be in the cache.
    const told = viewer && ids.length > 0 ? await askUser(c, () => neighbours.loadRelations(viewer.id, ids)) : undefined
    const known = new Map(told?.people.map((person) => [person.id, person]))
    for (const [id, person] of await peopleOf(
      c,
      ids.filter((userId) => !known.has(userId)),
    )) {
      known.set(id, person)
    }
    return c.json(
      {
        items: items.map((item) => ({
          ...(known.get(item.userId) ?? nameless(item.userId, item.username)),
          viewer: item.userId === viewer?.id ? null : (told?.relations.get(item.userId) ?? null),
        })),
        nextCursor,
      },
      200,
    )
  })

  router.openapi(createCommentRoute, async (c) => {
    const { text, parentId } = c.req.valid('json')
    const viewer = viewerOf(c)
    return idempotentAfter(
      c,
      async () => {
        const post = await visiblePost(c, c.req.valid('param').id)
        if (parentId !== undefined) {
          await visibleComment(c, parentId).catch((error: unknown) => {
            throw error instanceof Problem && error.status === 404 ? notOfThisPost() : error
          })
        }
        if (post.commentsOff) throw forbidden('comment.off', 'Comments on this post are off.')
        await textRules.check([['#/text', text]])
        const [named, judgement] = await Promise.all([readNames(c, viewer.id, text), judged(c, viewer.id, post, text)])
        if (judgement?.onlyFor) throw mayNotComment(judgement.onlyFor)
        await mentions.take(viewer.id, countMentioned(named.entities, viewer.id))
        // While user does not answer nobody knows, and it is judged by a job.
        return { post, heldBy: judgement ? judgement.heldBy : ('unjudged' as const), ...named }
      },
      async ({ post, heldBy, entities, authors }) => {
        const em = emOf(c)
        const comment = await holds.during([copyKey.mark(viewer.id, post.id)], () =>
          createComment({ em, viewer, now: clock() }, post, { text, entities, parentId, heldBy }),
        )
        const [body] = await presentComments({ em }, [comment], { authors, viewerId: viewer.id })
        if (!body) throw new Error('a comment was not presented')
        return created(c, body, `/api/v1/comments/${comment.id}`)
      },
    )
  })

  router.openapi(commentingRoute, async (c) => {
    const post = await visiblePost(c, c.req.valid('param').id)
    const judgement = post.commentsOff ? null : await judged(c, viewerOf(c).id, post, '')
    if (judgement === undefined) throw notVouchedFor()
    const reason = judgement === null ? ('off' as const) : judgement.onlyFor
    return c.json({ allowed: reason === null, reason }, 200)
  })

  router.openapi(commentsRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const scope = `post-comments:${id}:${maybeViewerOf(c)?.id ?? ''}`
    const before = cursor === undefined ? null : cursors.decode(scope, cursor, position)
    const post = await visiblePost(c, id)
    const { items, last } = await fillPage<CommentRow>(
      (after, most) => listComments({ em: emOf(c) }, { postId: post.id, before: after?.id ?? before, limit: most }),
      seenComments(c),
      limit,
    )
    const nextCursor = last ? cursors.encode(scope, last.id) : null
    return c.json({ items: await shown(c, items), nextCursor }, 200)
  })

  router.openapi(repliesRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const scope = `comment-replies:${id}:${maybeViewerOf(c)?.id ?? ''}`
    const from = cursor === undefined ? null : cursors.decode(scope, cursor, position)
    const { id: commentId, postId } = await visibleComment(c, id)
    const { items, last } = await fillPage<CommentRow>(
      (after, most) => listReplies({ em: emOf(c) }, { postId, commentId, after: after?.id ?? from, limit: most }),
      seenComments(c),
      limit,
    )
    const nextCursor = last ? cursors.encode(scope, last.id) : null
    return c.json({ items: await shown(c, items), nextCursor }, 200)
  })

  router.openapi(commentRoute, async (c) => {
    const comment = await visibleComment(c, c.req.valid('param').id)
    const [body] = await shown(c, [comment])
    if (!body) throw new Error('a comment was not presented')
    return c.json(body, 200)
  })

  router.openapi(likeCommentRoute, async (c) => {
    const em = emOf(c)
    const comment = await visibleComment(c, c.req.valid('param').id)
    const viewer = viewerOf(c)
    await likeComment({ em, viewer, now: clock() }, comment.id)
    const counts = await countsOfComments(em, [comment], viewer.id)
    return c.json({ counts: counts.get(comment.id) ?? { likes: 0, replies: 0 } }, 200)
  })

  router.openapi(unlikeCommentRoute, async (c) => {
    const { id } = c.req.valid('param')
    const wasLiked = await unlikeComment({ em: emOf(c), viewer: viewerOf(c) }, id)
    if (!wasLiked) await visibleComment(c, id)
    return c.body(null, 204)
  })

  router.openapi(deleteCommentRoute, async (c) => {
    const viewer = viewerOf(c)
    const { id } = c.req.valid('param')
    const { authorId, post } = await findComment({ em: emOf(c) }, id)
    // The two who may delete it may do so also where they do not see it any more, after a block.
    if (viewer.id !== authorId && viewer.id !== post.authorId) await visibleComment(c, id)
    const { postId } = await deleteComment({ em: emOf(c), viewer }, id)
    // So that the viewer sees the count at once.
    await holds.hold([copyKey.mark(viewer.id, postId)])
    return c.body(null, 204)
  })

  router.openapi(releaseCommentRoute, async (c) => {
    const viewer = viewerOf(c)
    const { id } = await visibleComment(c, c.req.valid('param').id)
    const { postId } = await releaseComment({ em: emOf(c), viewer }, id)
    // So that the viewer sees the count at once.
    await holds.hold([copyKey.mark(viewer.id, postId)])
    return c.body(null, 204)
  })

  router.openapi(heldCommentsRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { id: authorId } = viewerOf(c)
    const scope = `held-comments:${authorId}`
    const before = cursor === undefined ? null : cursors.decode(scope, cursor, position)
    const { items, last } = await fillPage<CommentRow>(
      (after, most) => listHeld({ em: emOf(c) }, { authorId, before: after?.id ?? before, limit: most }),
      seenComments(c),
      limit,
    )
    const nextCursor = last ? cursors.encode(scope, last.id) : null
    return c.json({ items: await shown(c, items), nextCursor }, 200)
  })

  router.openapi(savePostRoute, async (c) => {
    const post = await visiblePost(c, c.req.valid('param').id)
    const [em, viewer] = [emOf(c), viewerOf(c)]
    await holds.during([copyKey.mark(viewer.id, post.id)], () => savePost({ em, viewer }, post))
    return c.body(null, 204)
  })

  router.openapi(unsavePostRoute, async (c) => {
    const post = await anyPost(c, c.req.valid('param').id)
    const [em, viewer] = [emOf(c), viewerOf(c)]
    const wasSaved = await holds.during([copyKey.mark(viewer.id, post.id)], () => unsavePost({ em, viewer }, post))
    if (!wasSaved) await requireSeen(c, post)
    return c.body(null, 204)
  })

  router.openapi(savedRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const viewer = viewerOf(c)
    const scope = `saved:${viewer.id}`
    const before = cursor === undefined ? null : cursors.decode(scope, cursor, position)
    const saved = await listSaved({ ...deps, em: emOf(c), viewer }, { before, limit })
    for (const name of saved.degraded) degrade(c, name)
    const nextCursor = saved.next === null ? null : cursors.encode(scope, saved.next)
    // The text is a PostPage already; the type says so to hc.
    const body = presentPage(saved.items, nextCursor)
    return c.body(body, 200, { 'content-type': 'application/json' }) as unknown as TypedResponse<
      z.infer<typeof PostPage>,
      200,
      'json'
    >
  })

  return router
}

const whoComments: Record<Speakers, string> = {
  everybody: 'Everybody comments here.',
  followers: 'Only who follows its author comments on this post.',
  followed: 'Only whom its author follows comments on this post.',
  nobody: 'Nobody but its author comments on this post.',
}

function mayNotComment(onlyFor: Speakers): Problem {
  return forbidden('comment.not_allowed', whoComments[onlyFor])
}

function byId(people: PersonShort[]): Map<string, PersonShort> {
  return new Map(people.map((person) => [person.id, person]))
}
