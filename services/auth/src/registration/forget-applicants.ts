import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

const batch = 100

/** Forgets who has waited too long, or has never confirmed their address: the account goes, and its username is free. */
export async function forgetApplicants(
  { em, approvalDays }: { em: EntityManager; approvalDays: number },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    // Whoever is deciding about one holds its application.
    const gone = await query(
      em,
      `with due as (
         select account_id from application where applied_at < now() - make_interval(days => ?)
          limit ${batch} for update skip locked
       )
       delete from account using due where account.id = due.account_id returning 1 as one`,
      [approvalDays],
    )
    if (signal.aborted || gone.length < batch) return
  }
}
