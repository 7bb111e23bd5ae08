import { mediaInternal, outboxInternal } from '@daguerre/contracts'
import { createRouter, emOf } from '@daguerre/kit/http'
import { outboxRoute } from '@daguerre/kit/outbox-route'
import type { AppDeps } from '../app.ts'
import { readHashes } from '../block/hash-photos.ts'
import { importReach } from '../config.ts'
import { startImport } from '../import/start-import.ts'
import { findAllMedia } from '../media/find-media.ts'
import { presentMedia } from '../media/media-row.ts'
import { storageProblems } from './storage-problems.ts'

/** What only the sidecar may call. */
export function internalRoutes(deps: AppDeps) {
  const router = createRouter()

  router.openapi(mediaInternal.media, async (c) => {
    const rows = await findAllMedia({ em: emOf(c) }, c.req.valid('json').ids)
    return c.json(
      { items: rows.map((row) => ({ ownerId: row.owner_id, version: row.version, media: presentMedia(row) })) },
      200,
    )
  })

  router.openapi(mediaInternal.import, async (c) => {
    if (deps.config.MEDIA_IMPORT === 'off') return c.json({ outcome: 'off' as const }, 200)
    const row = await startImport({ em: emOf(c), reach: importReach(deps.config) }, c.req.valid('json'))
    if (!row) return c.json({ outcome: 'url_refused' as const }, 200)
    deps.wakeImporter()
    return c.json({ outcome: 'started' as const }, 200)
  })

  router.openapi(mediaInternal.hashes, async (c) => {
    const { forkEm, storage, config } = deps
    const hashing = { forkEm, storage, maxDistance: config.MEDIA_BLOCK_DISTANCE }
    return c.json({ items: await storageProblems(readHashes(hashing, c.req.valid('json').ids)) }, 200)
  })

  router.openapi(outboxInternal.media, outboxRoute)

  return router
}
