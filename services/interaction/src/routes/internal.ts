import { interactionInternal, outboxInternal } from '@daguerre/contracts'
import { createRouter, emOf } from '@daguerre/kit/http'
import { readOutbox } from '@daguerre/kit/outbox'
import { readStates } from '../posts/read-states.ts'

/** The routes that other services ask, through their sidecars. */
export function internalRoutes() {
  const router = createRouter()

  router.openapi(interactionInternal.states, async (c) => {
    const { postIds, viewerId } = c.req.valid('json')
    const states = await readStates({ em: emOf(c) }, postIds, viewerId)
    return c.json({ items: [...states].map(([postId, state]) => ({ postId, ...state })) }, 200)
  })

  router.openapi(outboxInternal.interaction, async (c) => c.json(await readOutbox(emOf(c), c.req.valid('json')), 200))

  return router
}
