import { authInternal, outboxInternal, personalDataInternal } from '@daguerre/contracts'
import { createRoute, createRouter, emOf, z } from '@daguerre/kit/http'
import { readOutbox } from '@daguerre/kit/outbox'
import { findAccounts } from '../account/find-accounts.ts'
import type { AppDeps } from '../app.ts'
import { readPersonalData } from '../export/read-personal-data.ts'
import { issueFirstAdminLink } from '../role/first-admin.ts'
import { findRoles } from '../role/find-roles.ts'
import { readFreshness } from '../session/require-fresh-session.ts'
import { isSuspendedBy } from '../standing/check-standing.ts'
import { rotateSigningKey } from '../signing-key/rotate-signing-key.ts'

// Called by `npm run rotate-keys` with the application's token, by no other service: so it is not among the contracts.
const rotate = createRoute({
  method: 'post',
  path: '/internal/keys/rotate',
  responses: {
    200: {
      description: 'The key that is published now and signs from activeAt on.',
      content: { 'application/json': { schema: z.object({ kid: z.string(), activeAt: z.iso.datetime() }) } },
    },
  },
})

// Called by `npm start`, which prints it.
const firstAdmin = createRoute({
  method: 'post',
  path: '/internal/first-admin',
  responses: {
    200: {
      description: 'A link for the first admin; null if there is an admin.',
      content: { 'application/json': { schema: z.object({ link: z.string().nullable() }) } },
    },
  },
})

/** What only the sidecar may call. */
export function internalRoutes(deps: AppDeps) {
  const router = createRouter()

  router.openapi(authInternal.jwks, (c) => c.json(deps.keyring.jwks(), 200))

  router.openapi(authInternal.accounts, async (c) => {
    return c.json({ items: await findAccounts({ em: emOf(c) }, c.req.valid('json')) }, 200)
  })

  router.openapi(authInternal.roles, async (c) => {
    return c.json({ items: await findRoles({ em: emOf(c) }, c.req.valid('json').ids) }, 200)
  })

  router.openapi(authInternal.freshness, async (c) => {
    const { userId: id, sessionId } = c.req.valid('json')
    const freshness = await readFreshness(emOf(c), { id, sessionId })
    // Who is suspended has proved who they are to have a token of that, which ends soon.
    const isTakingAlong = freshness === 'ended' && (await isSuspendedBy(emOf(c), id, sessionId))
    return c.json({ freshness: isTakingAlong ? 'fresh' : freshness }, 200)
  })

  router.openapi(outboxInternal.auth, async (c) => c.json(await readOutbox(emOf(c), c.req.valid('json')), 200))

  router.openapi(personalDataInternal.auth, async (c) => {
    return c.json(await readPersonalData({ em: emOf(c) }, c.req.valid('json')), 200)
  })

  router.openapi(rotate, async (c) => {
    const { kid, activeAt } = await rotateSigningKey({
      em: emOf(c),
      sealingKey: deps.sealingKeys[0],
      publicationSeconds: deps.config.KEY_PUBLICATION_SECONDS,
    })
    await deps.reloadKeys()
    return c.json({ kid, activeAt: activeAt.toISOString() }, 200)
  })

  router.openapi(firstAdmin, async (c) => {
    return c.json({ link: await issueFirstAdminLink(emOf(c), deps.config.PUBLIC_URL) }, 200)
  })

  return router
}
