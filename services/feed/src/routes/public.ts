import { Page, Post, problems } from '@daguerre/contracts'
import type { CursorCodec } from '@daguerre/kit/cursor'
import { pageQuery } from '@daguerre/kit/cursor'
import { anyone, createRoute, createRouter, degrade, maybeViewerOf, signedIn, viewerOf, z } from '@daguerre/kit/http'
import type { Context, TypedResponse } from 'hono'
import type { CandidateSource } from '../candidates/candidate.ts'
import { globalCandidates } from '../candidates/global-candidates.ts'
import { exploreCandidates, type ExploreDeps, explorePosition } from '../candidates/explore-candidates.ts'
import { homeCandidates } from '../candidates/home-candidates.ts'
import type { Viewer } from '@daguerre/kit/tokens'
import { readFeed, type ReadFeedDeps } from '../feed/read-feed.ts'
import { presentPage } from '@daguerre/copies/present-post'

const PostPage = Page(Post).openapi('PostPage')
type PostPage = z.infer<typeof PostPage>
const query = z.strictObject(pageQuery)

const getFeed = createRoute({
  ...anyone,
  method: 'get',
  path: '/api/v1/feed',
  operationId: 'getFeed',
  tags: ['feeds'],
  summary: 'The newest posts of all',
  description: 'Newest first. Posts whose photos are still in work appear when they are ready.',
  request: { query },
  responses: {
    200: { description: 'A page of posts.', content: { 'application/json': { schema: PostPage } } },
    ...problems(400, 401, 422, 429, 503),
  },
  'x-micro-cache': 1,
})

const getHomeFeed = createRoute({
  ...signedIn,
  method: 'get',
  path: '/api/v1/feed/home',
  operationId: 'getHomeFeed',
  tags: ['feeds'],
  summary: 'Posts of those I follow, and mine',
  description: 'Complete, newest first, down to the very first post.',
  request: { query },
  responses: {
    200: { description: 'A page of posts.', content: { 'application/json': { schema: PostPage } } },
    ...problems(400, 401, 422, 429, 503),
  },
})

const getExplore = createRoute({
  ...anyone,
  method: 'get',
  path: '/api/v1/feed/explore',
  operationId: 'getExplore',
  tags: ['feeds'],
  summary: 'What others like now',
  description:
    'The thousand posts that rank highest, without mine and those of whom I follow. The rank is log2(1 + likes + 2 · comments) + createdAt / 12 h: engagement that halves every twelve hours. Who pages on sees the list as it was at the first page, for an hour.',
  request: { query },
  responses: {
    200: { description: 'A page of posts.', content: { 'application/json': { schema: PostPage } } },
    ...problems(400, 401, 422, 429, 503),
  },
  'x-micro-cache': 1,
})

export interface PublicRouteDeps extends ExploreDeps, ReadFeedDeps {
  cursors: CursorCodec
}

export function publicRoutes(deps: PublicRouteDeps) {
  const router = createRouter({ read: 'read' })

  router.openapi(getFeed, async (c) => {
    const viewer = maybeViewerOf(c) ?? null
    return await answer(c, c.req.valid('query'), `feed:${viewer?.id ?? ''}`, viewer, globalCandidates(deps.sources))
  })

  router.openapi(getHomeFeed, async (c) => {
    const viewer = viewerOf(c)
    return await answer(c, c.req.valid('query'), `home:${viewer.id}`, viewer, homeCandidates(deps, viewer.id))
  })

  router.openapi(getExplore, async (c) => {
    const viewer = maybeViewerOf(c) ?? null
    const source = exploreCandidates(deps, viewer?.id ?? null)
    const position = z.string().regex(explorePosition)
    return await answer(c, c.req.valid('query'), `explore:${viewer?.id ?? ''}`, viewer, source, position)
  })

  async function answer(
    c: Context,
    { limit, cursor }: z.output<typeof query>,
    scope: string,
    viewer: Viewer | null,
    source: CandidateSource,
    schema: z.ZodType<string> = z.uuid(),
  ) {
    const position = cursor === undefined ? null : deps.cursors.decode(scope, cursor, schema)
    const { items, next, degraded } = await readFeed(deps, source, { viewer, position, limit })
    for (const name of degraded) degrade(c, name)
    // The text is a PostPage already; the type says so to hc.
    const body = presentPage(items, next === null ? null : deps.cursors.encode(scope, next))
    return c.body(body, 200, { 'content-type': 'application/json' }) as unknown as TypedResponse<PostPage, 200, 'json'>
  }

  return router
}
