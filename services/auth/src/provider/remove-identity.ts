import { query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { lockAccount } from '../account/lock-account.ts'
import { tellOfFactor } from '../factor/tell-of-factor.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { requireWayIn } from '../session/require-way-in.ts'
import { type IdentityRow, identityColumns, presentIdentity } from './identity.ts'
import type { ProviderDesk } from './provider-desk.ts'

/**
 * Takes away that a provider opens the viewer's account.
 * @throws Problem 404 `auth.identity_not_found`, 409 `auth.last_way_in`, 403 `auth.reauthentication_required`, 401 `auth.session_ended`
 */
export async function removeIdentity(
  {
    em,
    viewer,
    providers,
    mail,
  }: { em: EntityManager; viewer: Viewer; providers: ProviderDesk; mail: MailDesk | null },
  { id }: { id: string },
): Promise<void> {
  await em.transactional(async (tx) => {
    await lockAccount(tx, viewer.id)
    await requireFreshSession(tx, viewer)
    const [removed] = await query<IdentityRow>(
      tx,
      `delete from identity where id = ? and account_id = ? returning ${identityColumns}`,
      [id, viewer.id],
    )
    if (!removed) throw notFound('auth.identity_not_found', 'You have linked no such thing.')
    await requireWayIn({ em: tx, providers }, viewer.id)
    // Whoever has come by it, and has yet to give a second factor, is late.
    await query(tx, 'delete from sign_in_challenge where account_id = ?', [viewer.id])
    const { name } = presentIdentity(removed, providers)
    await tellOfFactor({ em: tx, mail }, { accountId: viewer.id, change: 'provider-unlinked', name })
  })
}
