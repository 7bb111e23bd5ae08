import type { Copies, Holds } from '@daguerre/copies/copies'
import type { TextRules } from '@daguerre/copies/text-rules'
import type { PhotoGrants } from '@daguerre/copies/photo-grants'
import type { CursorCodec } from '@daguerre/kit/cursor'
import type { Allowance } from '@daguerre/kit/allowance'
import { createHttpApp, type HttpDeps } from '@daguerre/kit/http'
import type { Neighbours } from './neighbours.ts'
import { internalRoutes } from './routes/internal.ts'
import { publicRoutes } from './routes/public.ts'

export interface AppDeps extends HttpDeps {
  neighbours: Neighbours
  copies: Copies
  holds: Holds
  grants: PhotoGrants
  onCacheError: (error: unknown) => void
  cursors: CursorCodec
  /** People whom somebody may mention in a day. */
  mentions: Allowance
  /** Whether somebody outside is asked about new posts before they are published. */
  isChecked: boolean
  /** Says that a new post waits for that. */
  wakeChecks: () => void
  /** What nobody may write. */
  textRules: TextRules
  clock: () => Date
}

/** The HTTP application of this service; importing this file does nothing. */
export function createApp(deps: AppDeps) {
  const app = createHttpApp(deps)
  app.route('/', publicRoutes(deps))
  app.route('/', internalRoutes(deps))
  return app
}
