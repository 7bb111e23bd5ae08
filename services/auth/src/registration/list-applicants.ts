import type { Applicant } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

/** Whose address is their own beyond question: those wait for moderators, the others for their link. */
export const isConfirmed = 'email_claim_key is null'

/** Who waits for moderators, who came first first, from `after` on; asked for with one more than shown. */
export async function listApplicants(
  { em }: { em: EntityManager },
  { after, limit }: { after: string | null; limit: number },
): Promise<Applicant[]> {
  const rows = await query<Omit<Applicant, 'appliedAt'> & { appliedAt: Date }>(
    em,
    `select account.id, username, text as application, applied_at as "appliedAt"
       from application join account on account.id = account_id
      where ${isConfirmed} and (?::uuid is null or account.id > ?) order by account.id limit ?`,
    [after, after, limit],
  )
  return rows.map((row) => ({ ...row, appliedAt: row.appliedAt.toISOString() }))
}
