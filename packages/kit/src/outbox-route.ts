import type { Context } from 'hono'
import { z } from 'zod'
import { emOf } from './http.ts'
import { readOutbox, type StoredEvent } from './outbox.ts'

const question = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  after: z.uuid().nullable(),
  limit: z.int().min(1).max(1000),
})

/**
 * Handler of `POST /internal/outbox` {from, after, limit} on publishers: `app.openapi(outboxInternal.post, outboxRoute)`.
 * Answers `{ items, next }`, oldest first.
 */
export async function outboxRoute(c: Context) {
  const { from, after, limit } = question.parse(await c.req.json())
  const page: { items: StoredEvent[]; next: string | null } = await readOutbox(emOf(c), { from, after, limit })
  return c.json(page, 200)
}
