import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { confirmPassword, currentPasswordWrong } from '../password/confirm-password.ts'
import type { Passwords } from '../password/passwords.ts'
import { freshSeconds } from './require-fresh-session.ts'
import { sessionEnded, sessionIsLive } from './signed-in-session.ts'

/**
 * Opens to the viewer's session what is dangerous (`requireFreshSession`), for ten minutes.
 * @throws Problem 422 `auth.current_password_wrong`, 429 `auth.too_many_attempts`, 401 `auth.session_ended`
 */
export async function reauthenticate(
  { em, viewer, passwords }: { em: EntityManager; viewer: Viewer; passwords: Passwords },
  { password }: { password: string },
): Promise<void> {
  const version = await confirmPassword({ em, viewer, passwords }, password, 'password')
  await em.transactional(async (tx) => {
    const [same] = await query(tx, 'select 1 from account where id = ? and password_version = ? for share', [
      viewer.id,
      version,
    ])
    if (!same) throw currentPasswordWrong('password')
    await refreshen(tx, viewer)
  })
}

async function refreshen(tx: EntityManager, viewer: Viewer): Promise<void> {
  const [session] = await query(
    tx,
    `update session set fresh_until = now() + make_interval(secs => ?)
      where id = ? and account_id = ? and ${sessionIsLive} returning 1`,
    [freshSeconds, viewer.sessionId, viewer.id],
  )
  if (!session) throw sessionEnded()
}
