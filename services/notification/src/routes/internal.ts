import { personalDataInternal } from '@daguerre/contracts'
import { createRouter } from '@daguerre/kit/http'
import { type PersonalDataDeps, readPersonalData } from '../export/read-personal-data.ts'

/** What other services may ask, through the sidecar. */
export function internalRoutes(deps: PersonalDataDeps) {
  const router = createRouter()

  router.openapi(personalDataInternal.notification, async (c) => {
    return c.json(await readPersonalData(deps, c.req.valid('json')), 200)
  })

  return router
}
