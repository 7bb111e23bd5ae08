import type { KitEnv } from '@daguerre/kit/http'
import type { Context } from 'hono'

/** Middleware: the answer is a secret, and kept by nobody on its way. */
export async function noStore(c: Context<KitEnv>, next: () => Promise<void>): Promise<void> {
  await next()
  c.res.headers.set('cache-control', 'no-store')
}
