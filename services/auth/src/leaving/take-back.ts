import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { sessionEnded, sessionIsLive } from '../session/signed-in-session.ts'
import { retiredKey } from './retired-username.ts'

/** The viewer stays after all, as they were. Who was not leaving stays too. @throws Problem 401 `auth.session_ended` */
export async function takeBackDeletion({ em, viewer }: { em: EntityManager; viewer: Viewer }): Promise<void> {
  await em.transactional(async (tx) => {
    // Waits for a deletion in work, after which there is no such account.
    await query(tx, 'select 1 from account where id = ? for update', [viewer.id])
    const [session] = await query(tx, `select 1 from session where id = ? and account_id = ? and ${sessionIsLive}`, [
      viewer.sessionId,
      viewer.id,
    ])
    if (!session) throw sessionEnded()
    const [stays] = await query<{ username: string; version: number }>(
      tx,
      `update account set deletion_due_at = null, deletion_reminded_at = null, state_version = state_version + 1
        where id = ? and deletion_due_at is not null returning username, state_version as version`,
      [viewer.id],
    )
    if (!stays) return
    await query(tx, 'delete from retired_username where key = ?', [retiredKey(stays.username)])
    const { version } = stays
    await emit(tx, makeEvent(events.accountReopened, { subject: viewer.id, version, data: { userId: viewer.id } }))
  })
}
