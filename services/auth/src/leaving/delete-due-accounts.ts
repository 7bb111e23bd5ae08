import { events, makeEvent } from '@daguerre/contracts'
import { forgetEvents } from '@daguerre/kit/forget-events'
import { answerScope, forgetAnswers } from '@daguerre/kit/idempotency'
import { emit } from '@daguerre/kit/outbox'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { endGrantsOf } from '../oauth/end-grants.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { lockSessions } from '../session/lock-sessions.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { reminderDays } from './request-deletion.ts'
import { tellOfLeaving } from './tell-of-leaving.ts'

export interface LeavingDeps {
  forkEm: () => EntityManager
  endedSessions: EndedSessions
  mail: MailDesk | null
}

/**
 * Deletes accounts whose grace is over, and reminds those for whom it soon is. Replicas share the work; each is one transaction.
 * @throws AggregateError when some could not be deleted: the others were, and the next pass tries again
 */
export async function deleteDueAccounts(deps: LeavingDeps, signal: AbortSignal): Promise<void> {
  const due = await query<{ id: string }>(
    deps.forkEm(),
    'select id from account where deletion_due_at <= now() order by deletion_due_at',
  )
  const failures: unknown[] = []
  for (const { id } of due) {
    if (signal.aborted) return
    try {
      await deps.forkEm().transactional((tx) => deleteAccount(deps, tx, id))
    } catch (error) {
      failures.push(error)
    }
  }
  while (!signal.aborted && (await deps.forkEm().transactional((tx) => remindNext(deps, tx))));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${due.length} are not deleted yet`)
}

/** All of somebody here goes, and everybody is told; their username stays taken. Nothing is done where another replica is at it. */
async function deleteAccount({ endedSessions }: LeavingDeps, tx: EntityManager, id: string): Promise<void> {
  const [account] = await query<{ version: number }>(
    tx,
    `select state_version + 1 as version from account where id = ? and deletion_due_at <= now() for update skip locked`,
    [id],
  )
  if (!account) return
  const { version } = account
  await lockSessions(tx, id)
  const opened = await query<{ id: string }>(
    tx,
    `select id from session where account_id = ? union all select id from personal_token where account_id = ?
     union all select id from oauth_grant where account_id = ?`,
    [id, id, id],
  )
  // With the rows goes who could say it later: while Redis does not take it, nothing is deleted, and the job tries again.
  if (opened.length > 0 && !(await endedSessions.mark(opened.map((one) => one.id)))) {
    throw new Error('an account is not deleted yet: Redis does not take that its sessions have ended')
  }
  // These ended when the leaving began; what was let do something since then ends now.
  await endGrantsOf({ em: tx, endedSessions }, { developerId: id })
  await query(tx, 'delete from session where account_id = ?', [id])
  await query(tx, '/* all shards: stored-answers */ delete from idempotency_key where starts_with(scope, ?)', [
    `${id} `,
  ])
  await forgetAnswers(tx, {
    scopes: ['/api/v1/auth/register', '/api/v1/auth/register/provider', '/auth/register'].map((path) =>
      answerScope('anonymous', 'POST', path),
    ),
    locations: [`/api/v1/users/${id}`],
  })
  // Links, mails, devices, tokens and applications go with it.
  await query(tx, 'delete from account where id = ?', [id])
  const data = { userId: id, at: new Date().toISOString() }
  await emit(tx, makeEvent(events.accountDeleted, { subject: id, version, data }))
  await forgetEvents(tx, [{ subject: id, keep: [events.accountDeleted] }])
}

async function remindNext({ mail }: LeavingDeps, tx: EntityManager): Promise<boolean> {
  const [account] = await query<{ id: string }>(
    tx,
    `update account set deletion_reminded_at = now()
      where id = (select id from account where deletion_due_at <= now() + make_interval(days => ?) and deletion_reminded_at is null
                   order by deletion_due_at limit 1 for update skip locked)
     returning id`,
    [reminderDays],
  )
  if (!account) return false
  await tellOfLeaving({ em: tx, mail }, account.id, 'account-closing-soon')
  return true
}
