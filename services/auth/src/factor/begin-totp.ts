import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { lockAccount } from '../account/lock-account.ts'
import { seal } from '../seal.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import type { FactorDesk } from './factor-desk.ts'
import { newTotpSecret, otpauthUri } from './totp.ts'

/**
 * A new secret for the viewer's authenticator app. It counts when a code of it was given; until then the one of before does.
 * @throws Problem 403 `auth.reauthentication_required`
 */
export async function beginTotp({
  em,
  viewer,
  factors,
}: {
  em: EntityManager
  viewer: Viewer
  factors: FactorDesk
}): Promise<{ secret: string; uri: string }> {
  const secret = newTotpSecret()
  await em.transactional(async (tx) => {
    await lockAccount(tx, viewer.id)
    await requireFreshSession(tx, viewer)
    await query(
      tx,
      `insert into totp (account_id, pending_sealed) values (?, ?)
       on conflict (account_id) do update set pending_sealed = excluded.pending_sealed`,
      [viewer.id, seal(factors.sealingKeys[0], secret, totpContext(viewer.id))],
    )
  })
  return { secret, uri: otpauthUri(secret, { issuer: factors.relyingParty.id, username: viewer.username }) }
}

/** What binds a sealed secret to its account. */
export function totpContext(accountId: string): string {
  return `totp ${accountId}`
}
