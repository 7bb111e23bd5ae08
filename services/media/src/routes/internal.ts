import { mediaInternal, outboxInternal } from '@daguerre/contracts'
import { createRouter, emOf } from '@daguerre/kit/http'
import { outboxRoute } from '@daguerre/kit/outbox-route'
import { findAllMedia } from '../media/find-media.ts'
import { presentMedia } from '../media/media-row.ts'

/** What only the sidecar may call. */
export function internalRoutes() {
  const router = createRouter()

  router.openapi(mediaInternal.media, async (c) => {
    const rows = await findAllMedia({ em: emOf(c) }, c.req.valid('json').ids)
    return c.json(
      { items: rows.map((row) => ({ ownerId: row.owner_id, version: row.version, media: presentMedia(row) })) },
      200,
    )
  })

  router.openapi(outboxInternal.media, outboxRoute)

  return router
}
