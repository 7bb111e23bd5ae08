import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import { endGrantsOf, shutOutPrograms } from '../oauth/end-grants.ts'
import { endLockedSessions } from '../session/end-session.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { lockSessions } from '../session/lock-sessions.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { retiredKey } from './retired-username.ts'
import { tellOfLeaving } from './tell-of-leaving.ts'

/** So long before the end its owner is reminded; with less grace than this they are not. */
export const reminderDays = 3

/**
 * The viewer leaves: all their sessions end and nobody sees them from now on; when the grace is over all that is theirs is deleted. Asked again, the
 * time stays.
 * @throws Problem 403 `auth.reauthentication_required`, 401 `auth.session_ended`
 */
export async function requestDeletion({
  em,
  viewer,
  endedSessions,
  mail,
  graceDays,
}: {
  em: EntityManager
  viewer: Viewer
  endedSessions: EndedSessions
  mail: MailDesk | null
  graceDays: number
}): Promise<Date> {
  return em.transactional(async (tx) => {
    await query(tx, 'select 1 from account where id = ? for update', [viewer.id])
    await requireFreshSession(tx, viewer)
    const [begun] = await query<{ username: string; deletionAt: Date; version: number }>(
      tx,
      `update account set deletion_due_at = now() + make_interval(days => ?), deletion_reminded_at = ?,
         state_version = state_version + 1
        where id = ? and deletion_due_at is null
       returning username, deletion_due_at as "deletionAt", state_version as version`,
      [graceDays, graceDays > reminderDays ? null : new Date(), viewer.id],
    )
    await endLockedSessions({ em: tx, endedSessions }, await lockSessions(tx, viewer.id), 'ended')
    await shutOutPrograms({ em: tx, endedSessions }, viewer.id)
    await endGrantsOf({ em: tx, endedSessions }, { developerId: viewer.id })
    if (!begun) {
      const [account] = await query<{ deletionAt: Date }>(
        tx,
        'select deletion_due_at as "deletionAt" from account where id = ?',
        [viewer.id],
      )
      return account!.deletionAt
    }
    const { username, deletionAt, version } = begun
    await query(tx, 'insert into retired_username (key) values (?) on conflict do nothing', [retiredKey(username)])
    await emit(
      tx,
      makeEvent(events.accountClosed, {
        subject: viewer.id,
        version,
        data: { userId: viewer.id, deletionAt: deletionAt.toISOString() },
      }),
    )
    if (graceDays > 0) await tellOfLeaving({ em: tx, mail }, viewer.id, 'account-closing')
    return deletionAt
  })
}
