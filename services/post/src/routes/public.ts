import {
  multilineText,
  NewPost,
  Page,
  PersonRef,
  Post,
  PostEdit,
  PostEditEntry,
  postLimits,
  problems,
  singleLineText,
  TagName,
} from '@daguerre/contracts'
import { copyKey, copyTtlSeconds } from '@daguerre/copies/copies'
import { findPeople } from '@daguerre/copies/find-people'
import { presentPage } from '@daguerre/copies/present-post'
import { notVouchedFor, seenPosts } from '@daguerre/copies/see'
import { fillPage, pageQuery, readPage } from '@daguerre/kit/cursor'
import {
  anyone,
  created,
  createRoute,
  createRouter,
  degrade,
  deprecated,
  emOf,
  maybeViewerOf,
  signedIn,
  type Viewer,
  viewerOf,
  z,
} from '@daguerre/kit/http'
import { idempotentAfter } from '@daguerre/kit/idempotency'
import type { Context, TypedResponse } from 'hono'
import { LRUCache } from 'lru-cache'
import type { AppDeps } from '../app.ts'
import { createPost, preparePost } from '../post/create-post.ts'
import { deletePost } from '../post/delete-post.ts'
import { editPost } from '../post/edit-post.ts'
import { findAuthor } from '../post/find-author.ts'
import { importMedia } from '../post/import-media.ts'
import { listPostEdits } from '../post/list-post-edits.ts'
import { listAuthorPosts, listTagPosts } from '../post/list-posts.ts'
import { mediaOfUrl } from '../post/media-of-url.ts'
import { checkAuthor } from '../post/check-author.ts'
import { isShown, type PostRow } from '../post/post-row.ts'
import { noSuchPost, readPost, readVisiblePost } from '../post/read-post.ts'
import { copiesOf, idOf, ownPost, type Showable, showPosts } from '../post/show-posts.ts'

const tags = ['posts']
const postId = z.strictObject({ id: z.uuid() })
const json = { 'content-type': 'application/json' }
const PostPage = Page(Post).openapi('PostPage')
const degradedHeader = {
  'Daguerre-Degraded': {
    description: 'Services whose part of the answer could not be had.',
    schema: { type: 'string' as const },
  },
}

function answers<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, headers: degradedHeader, content: { 'application/json': { schema } } }
}

function body<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { 'application/json': { schema } } } }
}

const createdPost = {
  ...answers('The post: published, or processing until its last media is ready.', Post),
  headers: { ...degradedHeader, Location: { description: 'Where the post is.', schema: { type: 'string' as const } } },
}

const createRouteOf = createRoute({
  method: 'post',
  path: '/api/v1/posts',
  operationId: 'createPost',
  tags,
  summary: 'Post photos',
  description:
    'One to ten media of your own whose upload is complete, for all or for those whom `audience` names. If one of them is still in work the post is `processing`, ' +
    'seen by you alone, and appears when the last one is ready. Hashtags and mentions are found in the caption. Who mentions more than 500 people a day, in captions and comments together (in the first week 50), gets 429 `mention.too_many`. What moderators have blocked is 422 `text.blocked`, with the fields in which it stands; for some of it the post is `held`, seen by you alone, until a moderator lets it through.',
  ...signedIn,
  request: body(NewPost),
  responses: { 201: createdPost, ...problems(400, 401, 409, 413, 415, 422, 429, 503) },
})

const getRoute = createRoute({
  method: 'get',
  path: '/api/v1/posts/{id}',
  operationId: 'getPost',
  tags,
  summary: 'A post',
  description:
    'A post in work, or one that failed, is seen by its author alone, others by those whom their `audience` names. Whoever is not signed in may be shown it as it was a second ago.',
  ...anyone,
  request: { params: postId },
  responses: { 200: answers('The post.', Post), ...problems(401, 404, 422) },
  // In return any number of them may look at one post.
  'x-micro-cache': 1,
})

const editRoute = createRoute({
  method: 'patch',
  path: '/api/v1/posts/{id}',
  operationId: 'editPost',
  tags,
  summary: 'Change caption, alt texts, audience, whether it is commented on, or whether its likes are hidden',
  description:
    'Only by its author. What was there before is kept, see the edits of the post. What moderators have blocked is 422 `text.blocked`.',
  ...signedIn,
  request: { params: postId, ...body(PostEdit) },
  responses: { 200: answers('The post as it is now.', Post), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429) },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/api/v1/posts/{id}',
  operationId: 'deletePost',
  tags,
  summary: 'Delete a post',
  description: 'Only by its author, and for good: from then on the post is not there, also for another DELETE.',
  ...signedIn,
  request: { params: postId },
  responses: { 204: { description: 'It is gone.' }, ...problems(401, 403, 404, 422) },
})

const editsRoute = createRoute({
  method: 'get',
  path: '/api/v1/posts/{id}/edits',
  operationId: 'listPostEdits',
  tags,
  summary: 'Earlier wordings of a post',
  description: 'For its author: caption and alt texts as they were before each edit, the latest first.',
  ...signedIn,
  request: { params: postId, query: z.strictObject(pageQuery) },
  responses: {
    200: answers('Earlier wordings.', Page(PostEditEntry).openapi('PostEditPage')),
    ...problems(400, 401, 403, 404, 422),
  },
})

const userPostsRoute = createRoute({
  method: 'get',
  path: '/api/v1/users/{id}/posts',
  operationId: 'listUserPosts',
  tags,
  summary: 'Posts of a person',
  description: 'Newest first, those that you may see. On your own profile also those in work or failed.',
  ...anyone,
  request: { params: z.strictObject({ id: PersonRef }), query: z.strictObject(pageQuery) },
  responses: { 200: answers('A page of posts.', PostPage), ...problems(400, 401, 404, 422, 503) },
})

const tagPostsRoute = createRoute({
  method: 'get',
  path: '/api/v1/tags/{tag}/posts',
  operationId: 'listTagPosts',
  tags,
  summary: 'Posts with a hashtag',
  description: 'Public posts, newest first. The tag with or without its #, in any case.',
  ...anyone,
  request: { params: z.strictObject({ tag: TagName }), query: z.strictObject(pageQuery) },
  responses: { 200: answers('A page of posts.', PostPage), ...problems(400, 401, 422) },
})

const EarlierNewPost = z
  .strictObject({
    caption: multilineText(postLimits.captionLength).default(''),
    mediaUrl: singleLineText(2000, 1).openapi({
      description: 'A media of this server, or where a photo is to be fetched from.',
      example: '/media/…/medium.webp',
    }),
  })
  .openapi('EarlierNewPost')

const earlierCreateRoute = createRoute({
  method: 'post',
  path: '/posts',
  operationId: 'earlierCreatePost',
  tags,
  deprecated: true,
  summary: 'Post one photo, as an earlier system had it',
  description:
    'Use POST /api/v1/posts. `mediaUrl` is a media of this server that is yours, or a photo elsewhere, which is imported as by ' +
    '`POST /api/v1/media/import`: the post is `processing` until it is there. Where this server imports nothing, 422 `media.url_foreign`.',
  security: signedIn.security,
  middleware: [...signedIn.middleware, deprecated('/api/v1/posts')],
  request: body(EarlierNewPost),
  responses: { 201: createdPost, ...problems(400, 401, 409, 413, 415, 422, 429, 503) },
  // Or it would be a way around the limit of imports.
  'x-rate-limit': 'import',
})

const earlierFeedRoute = createRoute({
  method: 'get',
  path: '/posts/feed',
  operationId: 'earlierOwnPosts',
  tags,
  deprecated: true,
  summary: 'My own posts, as an earlier system had it',
  description: 'Use GET /api/v1/users/{id}/posts.',
  security: signedIn.security,
  middleware: [...signedIn.middleware, deprecated('/api/v1/users/{id}/posts')],
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: answers('A page of posts.', PostPage), ...problems(400, 401, 422) },
})

/** What clients may ask of this service. */
export function publicRoutes(deps: AppDeps) {
  const router = createRouter({ read: 'read', write: 'post' })
  /** By id of a published post that was shown here; this never changes. */
  const authors = new LRUCache<string, string>({ max: 50_000 })

  router.openapi(createRouteOf, async (c) => answerNew(c, () => c.req.valid('json')))

  router.openapi(getRoute, async (c) => {
    const viewer = maybeViewerOf(c) ?? null
    const id = c.req.valid('param').id.toLowerCase()
    const authorId = authors.get(id)
    // Its author sees it also while it is hidden.
    if (authorId !== undefined && authorId !== viewer?.id) return answerPost(c, { postId: id, authorId }, viewer)
    const row = await readVisiblePost(emOf(c), id, viewer?.id ?? null)
    if (isShown(row)) authors.set(id, row.authorId)
    return answerPost(c, row, viewer)
  })

  router.openapi(editRoute, async (c) => {
    const viewer = viewerOf(c)
    const { id } = c.req.valid('param')
    const edit = c.req.valid('json')
    const inside = {
      em: emOf(c),
      neighbours: deps.neighbours,
      mentions: deps.mentions,
      textRules: deps.textRules,
      now: deps.clock(),
    }
    const before = await checkSeen(c, id, viewer)
    const { post, degraded } = await deps.holds.during(copiesOf(before), () => editPost(inside, viewer.id, id, edit))
    // At once for all: it may be for fewer now, or its likes hidden.
    const old = { key: copyKey.post(post.id), version: post.version, text: null, ttlSeconds: copyTtlSeconds }
    if (edit.audience !== undefined || edit.likesHidden) await deps.copies.keep([old]).catch(deps.onCacheError)
    for (const name of degraded) degrade(c, name)
    return answerPost(c, post, viewer)
  })

  router.openapi(deleteRoute, async (c) => {
    const { id } = c.req.valid('param')
    const [em, viewer] = [emOf(c), viewerOf(c)]
    const before = await checkSeen(c, id, viewer)
    await deps.holds.during(copiesOf(before), () => deletePost(em, viewer.id, id))
    return c.body(null, 204)
  })

  router.openapi(editsRoute, async (c) => {
    const viewer = viewerOf(c)
    const { id } = c.req.valid('param')
    const query = c.req.valid('query')
    await checkSeen(c, id, viewer)
    const post = await readPost(emOf(c), id)
    checkAuthor(post, viewer.id)
    const { items, nextCursor } = await readPage(
      deps.cursors,
      `post-edits:${post.id}:${viewer.id}`,
      query,
      (before, limit) => listPostEdits(emOf(c), post.id, { before, limit }),
      { schema: z.int(), of: ({ version }) => version },
    )
    return c.json(
      {
        items: items.map(({ version: _version, replacedAt, ...edit }) => ({
          ...edit,
          replacedAt: replacedAt.toISOString(),
        })),
        nextCursor,
      },
      200,
    )
  })

  router.openapi(userPostsRoute, async (c) => {
    const viewer = maybeViewerOf(c) ?? null
    const viewerId = viewer?.id ?? null
    const authorId = await findAuthor({ ...deps, em: emOf(c) }, c.req.valid('param').id, viewerId)
    // Whoever sees no public post of a private account sees none: it is not paged through for nothing.
    const guarded = [{ id: authorId, authorId, audience: 'public' as const }]
    const { seen, areKnown } = await seenPosts({ ...deps, hydration: deps.neighbours }, guarded, viewerId)
    if (seen.size === 0 && areKnown) return c.json({ items: [], nextCursor: null }, 200)
    return answerProfile(c, authorId, viewer, c.req.valid('query'))
  })

  router.openapi(tagPostsRoute, async (c) => {
    const { tag } = c.req.valid('param')
    return answerPage(c, `tag-posts:${tag}`, maybeViewerOf(c) ?? null, c.req.valid('query'), (keyset) =>
      listTagPosts(emOf(c), { tag, ...keyset }),
    )
  })

  router.openapi(earlierCreateRoute, async (c) => {
    const { caption, mediaUrl } = c.req.valid('json')
    const { neighbours, config } = deps
    const publicUrl = config.PUBLIC_URL
    async function input(): Promise<NewPost> {
      const mediaId =
        mediaOfUrl(mediaUrl, publicUrl) ?? (await importMedia({ neighbours, publicUrl }, viewerOf(c).id, mediaUrl))
      return { caption, media: [{ mediaId, altText: '' }], audience: 'public' }
    }
    return answerNew(c, input, () => '#/mediaUrl')
  })

  router.openapi(earlierFeedRoute, async (c) => {
    const viewer = viewerOf(c)
    return answerProfile(c, viewer.id, viewer, c.req.valid('query'))
  })

  return router

  async function answerNew(c: Context, input: () => NewPost | Promise<NewPost>, pointerTo?: (index: number) => string) {
    const viewer: Viewer = viewerOf(c)
    return idempotentAfter(
      c,
      async () => {
        const wanted = await input()
        return Promise.all([
          findPeople({ ...deps, hydration: deps.neighbours }, [viewer.id]),
          preparePost({ ...deps, em: emOf(c) }, viewer, wanted, pointerTo),
        ])
      },
      async ([{ people, accounts }, prepared]) => {
        const author = { person: people.get(viewer.id), account: accounts.get(viewer.id) }
        if (!author.person) degrade(c, 'user')
        for (const name of prepared.degraded) degrade(c, name)
        const post = await createPost(
          { em: emOf(c), holds: deps.holds, now: deps.clock(), isChecked: deps.isChecked },
          prepared,
        )
        deps.wakeChecks()
        return created(c, ownPost(post, author, await deps.grants.of(viewer)), `/api/v1/posts/${post.id}`)
      },
    )
  }

  /** Of what somebody may not see they do not learn whose it is. @throws Problem 404 `post.not_found` */
  async function checkSeen(c: Context, id: string, viewer: Viewer): Promise<PostRow> {
    const post = await readVisiblePost(emOf(c), id, viewer.id)
    if (post.authorId === viewer.id) return post
    const { items, degraded } = await showPosts({ ...deps, em: emOf(c) }, [post], viewer)
    if (items.size === 0) throw degraded.includes('user') ? notVouchedFor() : noSuchPost()
    return post
  }

  /** @throws Problem 404 `post.not_found` if it has just been deleted, or this viewer may not see it */
  async function answerPost(c: Context, post: Showable, viewer: Viewer | null) {
    const { items, degraded } = await showPosts({ ...deps, em: emOf(c) }, [post], viewer)
    const item = items.get(idOf(post))
    if (!item) throw degraded.includes('user') ? notVouchedFor() : noSuchPost()
    for (const name of degraded) degrade(c, name)
    // The text is a Post already; the type says so to hc.
    return c.body(Buffer.concat(item), 200, json) as unknown as TypedResponse<Post, 200, 'json'>
  }

  function answerProfile(
    c: Context,
    authorId: string,
    viewer: Viewer | null,
    query: z.output<z.ZodObject<typeof pageQuery>>,
  ) {
    return answerPage(c, `user-posts:${authorId}`, viewer, query, (keyset) =>
      listAuthorPosts(emOf(c), { authorId, own: authorId === viewer?.id, ...keyset }),
    )
  }

  async function answerPage(
    c: Context,
    list: string,
    viewer: Viewer | null,
    { limit, cursor }: z.output<z.ZodObject<typeof pageQuery>>,
    read: (keyset: { before: string | null; limit: number }) => Promise<Showable[]>,
  ) {
    const scope = `${list}:${viewer?.id ?? ''}`
    const before = cursor === undefined ? null : deps.cursors.decode(scope, cursor, z.uuid())
    const [shown, degraded] = [new Map<string, Buffer[]>(), new Set<string>()]
    const { items, last } = await fillPage<Showable>(
      (after, most) => read({ before: after ? idOf(after) : before, limit: most }),
      async (posts) => {
        const found = await showPosts({ ...deps, em: emOf(c) }, posts, viewer)
        for (const [id, item] of found.items) shown.set(id, item)
        for (const name of found.degraded) degraded.add(name)
        return posts.filter((post) => found.items.has(idOf(post)))
      },
      limit,
      // While user is away more and more of what nobody vouches for would be looked at.
      () => degraded.has('user'),
    )
    for (const name of degraded) degrade(c, name)
    const nextCursor = last ? deps.cursors.encode(scope, idOf(last)) : null
    // The text is a PostPage already; the type says so to hc.
    const text = presentPage(
      items.map((post) => shown.get(idOf(post))!),
      nextCursor,
    )
    return c.body(text, 200, json) as unknown as TypedResponse<z.infer<typeof PostPage>, 200, 'json'>
  }
}
