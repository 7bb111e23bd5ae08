import { interactionInternal, outboxInternal, personalDataInternal } from '@daguerre/contracts'
import { createRouter, emOf } from '@daguerre/kit/http'
import { readOutbox } from '@daguerre/kit/outbox'
import type { Deps } from '../app.ts'
import { listReportable } from '../comments/list-reportable.ts'
import { readPersonalData } from '../export/read-personal-data.ts'
import { fillMarks } from '../posts/fill-marks.ts'
import { readStates } from '../posts/read-states.ts'

/** The routes that other services ask, through their sidecars. */
export function internalRoutes({
  neighbours,
  copies,
  onCacheError,
}: Pick<Deps, 'neighbours' | 'copies' | 'onCacheError'>) {
  const router = createRouter()

  router.openapi(interactionInternal.states, async (c) => {
    const { postIds, viewerId } = c.req.valid('json')
    const em = emOf(c)
    const [states] = await Promise.all([
      readStates({ em }, postIds, viewerId),
      viewerId === null ? undefined : fillMarks({ em, copies, onError: onCacheError }, viewerId),
    ])
    return c.json({ items: [...states].map(([postId, state]) => ({ postId, ...state })) }, 200)
  })

  router.openapi(interactionInternal.reportable, async (c) => {
    const { ids, viewerId } = c.req.valid('json')
    const inside = { em: emOf(c), hydration: neighbours, copies, onCacheError }
    return c.json({ items: await listReportable(inside, ids, viewerId) }, 200)
  })

  router.openapi(personalDataInternal.interaction, async (c) => {
    return c.json(await readPersonalData({ em: emOf(c) }, c.req.valid('json')), 200)
  })

  router.openapi(outboxInternal.interaction, async (c) => c.json(await readOutbox(emOf(c), c.req.valid('json')), 200))

  return router
}
