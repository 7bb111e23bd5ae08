import { noteErasures } from '@daguerre/kit/erasures'
import { forgetEvents } from '@daguerre/kit/forget-events'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Somebody has left for good: nobody is there from now on, and nothing makes the profile anew. What else is kept of them a job erases. */
export async function dropProfile(em: EntityManager, personId: string): Promise<void> {
  await em.transactional(async (tx) => {
    await noteErasures(tx, 'person', [personId])
    await query(tx, 'delete from profile where id = $1', [personId])
    await query(tx, 'delete from post_count where author_id = $1', [personId])
    await forgetEvents(tx, [{ subject: personId }])
  })
}
