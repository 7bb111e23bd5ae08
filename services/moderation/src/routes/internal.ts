import { outboxInternal, personalDataInternal } from '@daguerre/contracts'
import { createRoute, createRouter, emOf, z } from '@daguerre/kit/http'
import { readOutbox } from '@daguerre/kit/outbox'
import { verifyChain } from '../audit/verify-chain.ts'
import { readPersonalData } from '../export/read-personal-data.ts'

// Called by `npm run audit:verify` with the application's token, by no other service: so it is not among the contracts.
const verify = createRoute({
  method: 'post',
  path: '/internal/audit/verify',
  request: { body: { content: { 'application/json': { schema: z.strictObject({ head: z.string().optional() }) } } } },
  responses: {
    200: {
      description: 'How far the audit log is right.',
      content: {
        'application/json': {
          schema: z.object({
            entries: z.int(),
            head: z.string(),
            fault: z.object({ sequence: z.int(), what: z.enum(['missing', 'changed', 'head_not_found']) }).nullable(),
          }),
        },
      },
    },
  },
})

/** What only the sidecar may call. */
export function internalRoutes() {
  const router = createRouter()

  router.openapi(outboxInternal.moderation, async (c) => {
    return c.json(await readOutbox(emOf(c), c.req.valid('json')), 200)
  })

  router.openapi(personalDataInternal.moderation, async (c) => {
    return c.json(await readPersonalData({ em: emOf(c) }, c.req.valid('json')), 200)
  })

  router.openapi(verify, async (c) => {
    return c.json(await verifyChain(emOf(c), c.req.valid('json').head ?? null), 200)
  })

  return router
}
