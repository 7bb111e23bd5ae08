import type { Factors } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type IdentityRow, identityColumns, presentIdentity } from '../provider/identity.ts'
import type { ProviderDesk } from '../provider/provider-desk.ts'
import { type PasskeyRow, passkeyColumns, presentPasskey } from '../passkey/passkey.ts'
import { sessionEnded, sessionIsLive } from '../session/signed-in-session.ts'

/** What opens the viewer's account, and their second factors. @throws Problem 401 `auth.session_ended` */
export async function listFactors({
  em,
  viewer,
  providers,
}: {
  em: EntityManager
  viewer: Viewer
  providers: ProviderDesk
}): Promise<Factors> {
  const [row] = await query<{ totpAt: Date | null; codes: number; hasPassword: boolean }>(
    em,
    `select (select confirmed_at from totp where account_id = session.account_id) as "totpAt",
            (select count(*)::int from recovery_code where account_id = session.account_id) as codes,
            (select password_hash is not null from account where id = session.account_id) as "hasPassword"
       from session where id = ? and account_id = ? and ${sessionIsLive}`,
    [viewer.sessionId, viewer.id],
  )
  if (!row) throw sessionEnded()
  const passkeys = await query<PasskeyRow>(
    em,
    `select ${passkeyColumns} from passkey where account_id = ? order by id`,
    [viewer.id],
  )
  const identities = await query<IdentityRow>(
    em,
    `select ${identityColumns} from identity where account_id = ? order by id`,
    [viewer.id],
  )
  return {
    hasPassword: row.hasPassword,
    identities: identities.map((identity) => presentIdentity(identity, providers)),
    totp: row.totpAt && { addedAt: row.totpAt.toISOString() },
    passkeys: passkeys.map(presentPasskey),
    recoveryCodesLeft: row.codes,
  }
}
