import { Page, Post, problems } from '@daguerre/contracts'
import type { CursorCodec } from '@daguerre/kit/cursor'
import { pageQuery } from '@daguerre/kit/cursor'
import { anyone, createRoute, createRouter, degrade, maybeViewerOf, signedIn, viewerOf, z } from '@daguerre/kit/http'
import type { Context } from 'hono'
import { readGlobalFeed, readHomeFeed, type HomeFeedPage, type ReadHomeFeedDeps } from '../feed/read-home-feed.ts'

const PostPage = Page(Post).openapi('PostPage')
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

export interface PublicRouteDeps extends ReadHomeFeedDeps {
  cursors: CursorCodec
}

export function publicRoutes(deps: PublicRouteDeps) {
  const router = createRouter()

  router.openapi(getFeed, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const viewerId = maybeViewerOf(c)?.id ?? null
    const scope = `feed:${viewerId ?? ''}`
    const before = positionOf(deps.cursors, scope, cursor)
    const page = await readGlobalFeed(deps, { viewerId, before, limit })
    return c.json(shape(c, deps.cursors, scope, page), 200)
  })

  router.openapi(getHomeFeed, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const viewer = viewerOf(c)
    const scope = `home:${viewer.id}`
    const before = positionOf(deps.cursors, scope, cursor)
    const page = await readHomeFeed(deps, { viewerId: viewer.id, before, limit })
    return c.json(shape(c, deps.cursors, scope, page), 200)
  })

  return router
}

function positionOf(cursors: CursorCodec, scope: string, cursor: string | undefined): string | null {
  return cursor === undefined ? null : cursors.decode(scope, cursor, z.uuid())
}

function shape(c: Context, cursors: CursorCodec, scope: string, { items, next, degraded }: HomeFeedPage) {
  for (const name of degraded) degrade(c, name)
  return { items, nextCursor: next === null ? null : cursors.encode(scope, next) }
}
