import { noteErasures } from '@daguerre/kit/erasures'
import { forgetEvents } from '@daguerre/kit/forget-events'
import { answerScope, forgetAnswers } from '@daguerre/kit/idempotency'
import { type EntityManager, query } from '@daguerre/kit/postgres'

const paths = ['/api/v1/media/upload', '/api/v1/media/uploads', '/api/v1/media/import']

/**
 * Photos are gone: their rows at once, so that nobody works on them or finds them; their bytes by a job. Ids that nothing has yet are
 * gone too, for an import that comes late.
 */
export async function dropMedia(
  { em }: { em: EntityManager },
  { ownerId, ids }: { ownerId: string; ids: readonly string[] },
): Promise<void> {
  if (ids.length === 0) return
  await em.transactional(async (tx) => {
    await noteErasures(tx, 'media', ids)
    await query(tx, 'delete from media where id = any(?::uuid[]) and owner_id = ?', [ids, ownerId])
    await forgetEvents(
      tx,
      ids.map((subject) => ({ subject })),
    )
    await forgetAnswers(tx, {
      scopes: paths.map((path) => answerScope(ownerId, 'POST', path)),
      locations: ids.map((id) => `/api/v1/media/${id}`),
    })
  })
}
