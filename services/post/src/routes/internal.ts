import { outboxInternal, postInternal } from '@daguerre/contracts'
import { createRouter, emOf } from '@daguerre/kit/http'
import { outboxRoute } from '@daguerre/kit/outbox-route'
import type { AppDeps } from '../app.ts'
import { listPostRefs } from '../post/list-post-refs.ts'
import { listPosts } from '../post/list-posts.ts'
import { listPostsByAuthors } from '../post/list-posts-by-authors.ts'
import { presentPosts } from '../post/present-posts.ts'
import { readPublishedPosts } from '../post/read-posts.ts'
import { searchTags } from '../post/search-tags.ts'

/** What other services may ask, through the sidecar. */
export function internalRoutes(deps: AppDeps) {
  const router = createRouter()

  router.openapi(postInternal.present, async (c) => {
    const { ids, viewerId, interactions } = c.req.valid('json')
    const posts = await readPublishedPosts(emOf(c), ids)
    return c.json(await presentPosts(deps, posts, { viewerId, interactions: interactions ? 'ask' : 'leave' }), 200)
  })

  router.openapi(postInternal.page, async (c) => {
    const { authorIds, before, limit, viewerId } = c.req.valid('json')
    const em = emOf(c)
    // One more tells whether there are more.
    const query = { before, limit: limit + 1 }
    if (authorIds === null) {
      const rows = await listPosts(em, query)
      const presented = await presentPosts(deps, rows.slice(0, limit), { viewerId })
      return c.json({ ...presented, next: nextOf(rows, limit) }, 200)
    }
    const refs = await listPostsByAuthors(em, { ...query, authorIds })
    const ids = refs.slice(0, limit).map((ref) => ref.id)
    const presented = await presentPosts(deps, await readPublishedPosts(em, ids), { viewerId })
    return c.json({ ...presented, next: nextOf(refs, limit) }, 200)
  })

  router.openapi(postInternal.byAuthors, async (c) => {
    return c.json({ items: await listPostsByAuthors(emOf(c), c.req.valid('json')) }, 200)
  })

  router.openapi(postInternal.refs, async (c) => {
    return c.json({ items: await listPostRefs(emOf(c), c.req.valid('json').ids) }, 200)
  })

  router.openapi(postInternal.tags, async (c) => {
    const { prefix, limit } = c.req.valid('json')
    return c.json({ items: await searchTags(emOf(c), prefix, limit) }, 200)
  })

  router.openapi(outboxInternal.post, outboxRoute)

  return router
}

function nextOf(found: readonly { id: string }[], limit: number): string | null {
  return found.length > limit ? (found[limit - 1]?.id ?? null) : null
}
