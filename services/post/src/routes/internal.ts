import { outboxInternal, personalDataInternal, postInternal } from '@daguerre/contracts'
import { createRouter, emOf } from '@daguerre/kit/http'
import { outboxRoute } from '@daguerre/kit/outbox-route'
import type { AppDeps } from '../app.ts'
import { listPhotoUses } from '../media/list-photo-uses.ts'
import { readPersonalData } from '../export/read-personal-data.ts'
import { listRanked } from '../explore/list-ranked.ts'
import { importPost } from '../post/import-post.ts'
import { listPostRefs } from '../post/list-post-refs.ts'
import { listPostIds } from '../post/list-posts.ts'
import { listPostsByAuthors } from '../post/list-posts-by-authors.ts'
import { readPublishedPosts } from '../post/read-posts.ts'
import { listReportable } from '../post/list-reportable.ts'
import { versioned } from '../post/show-posts.ts'
import { searchTags } from '../post/search-tags.ts'

/** What other services may ask, through the sidecar. */
export function internalRoutes({
  neighbours,
  copies,
  holds,
  onCacheError,
  textRules,
  isChecked,
}: Pick<AppDeps, 'neighbours' | 'copies' | 'holds' | 'onCacheError' | 'textRules' | 'isChecked'>) {
  const router = createRouter()

  router.openapi(postInternal.documents, async (c) => {
    const posts = await readPublishedPosts(emOf(c), c.req.valid('json').ids)
    return c.json({ items: posts.map(versioned) }, 200)
  })

  router.openapi(postInternal.byAuthors, async (c) => {
    const { authorIds, ...keyset } = c.req.valid('json')
    const em = emOf(c)
    const items =
      authorIds === null ? await listPostIds(em, keyset) : await listPostsByAuthors(em, { ...keyset, authorIds })
    return c.json({ items }, 200)
  })

  router.openapi(postInternal.ranked, async (c) => {
    return c.json({ items: await listRanked(emOf(c), c.req.valid('json').limit) }, 200)
  })

  router.openapi(postInternal.refs, async (c) => {
    return c.json({ items: await listPostRefs(emOf(c), c.req.valid('json').ids) }, 200)
  })

  router.openapi(postInternal.photos, async (c) => {
    return c.json({ items: await listPhotoUses(emOf(c), c.req.valid('json').ids) }, 200)
  })

  router.openapi(postInternal.imported, async (c) => {
    return c.json(
      { outcome: await importPost({ em: emOf(c), holds, neighbours, textRules, isChecked }, c.req.valid('json')) },
      200,
    )
  })

  router.openapi(personalDataInternal.post, async (c) => {
    return c.json(await readPersonalData({ em: emOf(c) }, c.req.valid('json')), 200)
  })

  router.openapi(postInternal.tags, async (c) => {
    const { prefix, limit } = c.req.valid('json')
    return c.json({ items: await searchTags(emOf(c), prefix, limit) }, 200)
  })

  router.openapi(postInternal.reportable, async (c) => {
    const { ids, viewerId } = c.req.valid('json')
    const inside = { em: emOf(c), hydration: neighbours, copies, onCacheError }
    return c.json({ items: await listReportable(inside, ids, viewerId) }, 200)
  })

  router.openapi(outboxInternal.post, outboxRoute)

  return router
}
