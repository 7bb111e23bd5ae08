import { personalDataInternal } from '@daguerre/contracts'
import { createRouter } from '@daguerre/kit/http'
import { type PreferenceDeps, readPreferences } from '../preferences/preferences.ts'

/** What other services may ask, through the sidecar. */
export function internalRoutes(deps: PreferenceDeps) {
  const router = createRouter()

  router.openapi(personalDataInternal.notification, async (c) => {
    return c.json({ items: [await readPreferences(deps, c.req.valid('json').userId)], next: null }, 200)
  })

  return router
}
