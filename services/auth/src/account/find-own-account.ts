import type { Account } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { sessionEnded, sessionIsLive } from '../session/signed-in-session.ts'
import { type AccountRow, accountColumns, presentAccount } from './account.ts'

/** The viewer's account. @throws Problem 401 `auth.session_ended` */
export async function findOwnAccount({ em, viewer }: { em: EntityManager; viewer: Viewer }): Promise<Account> {
  const [account] = await query<AccountRow>(
    em,
    `select ${accountColumns} from account join session on session.account_id = account.id
      where account.id = ? and session.id = ? and ${sessionIsLive}`,
    [viewer.id, viewer.sessionId],
  )
  if (!account) throw sessionEnded()
  return presentAccount(account)
}
