import type { Factors } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type PasskeyRow, passkeyColumns, presentPasskey } from '../passkey/passkey.ts'
import { sessionEnded, sessionIsLive } from '../session/signed-in-session.ts'

/** The viewer's second factors. @throws Problem 401 `auth.session_ended` */
export async function listFactors({ em, viewer }: { em: EntityManager; viewer: Viewer }): Promise<Factors> {
  const [row] = await query<{ totpAt: Date | null; codes: number }>(
    em,
    `select (select confirmed_at from totp where account_id = session.account_id) as "totpAt",
            (select count(*)::int from recovery_code where account_id = session.account_id) as codes
       from session where id = ? and account_id = ? and ${sessionIsLive}`,
    [viewer.sessionId, viewer.id],
  )
  if (!row) throw sessionEnded()
  const passkeys = await query<PasskeyRow>(
    em,
    `select ${passkeyColumns} from passkey where account_id = ? order by id`,
    [viewer.id],
  )
  return {
    totp: row.totpAt && { addedAt: row.totpAt.toISOString() },
    passkeys: passkeys.map(presentPasskey),
    recoveryCodesLeft: row.codes,
  }
}
