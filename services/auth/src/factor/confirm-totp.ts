import { query } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { lockAccount } from '../account/lock-account.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { unsealWithAny } from '../seal.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { totpContext } from './begin-totp.ts'
import type { FactorDesk } from './factor-desk.ts'
import { addFactor } from './note-factor.ts'
import { stepOf } from './totp.ts'
import { codeWrong } from './use-code.ts'

/**
 * Takes the secret that was begun for the viewer's, by a code of it: it is asked for at each sign-in from now on.
 * @returns recovery codes if this is the first factor
 * @throws Problem 409 `auth.totp_not_begun`, 422 `auth.code_wrong`, 403 `auth.reauthentication_required`
 */
export async function confirmTotp(
  { em, viewer, factors, mail }: { em: EntityManager; viewer: Viewer; factors: FactorDesk; mail: MailDesk | null },
  { code }: { code: string },
): Promise<string[] | null> {
  return em.transactional(async (tx) => {
    await lockAccount(tx, viewer.id)
    await requireFreshSession(tx, viewer)
    const [pending] = await query<{ sealed: Buffer }>(
      tx,
      'select pending_sealed as sealed from totp where account_id = ? and pending_sealed is not null',
      [viewer.id],
    )
    const opened = pending && unsealWithAny(factors.sealingKeys, pending.sealed, totpContext(viewer.id))
    if (!opened) throw conflict('auth.totp_not_begun', 'Nothing was begun that this could be a code of.')
    const step = stepOf(opened.plaintext, code)
    if (step === null) throw codeWrong()
    return addFactor(
      { em: tx, viewer, mail },
      {
        change: 'totp-added',
        add: async () => {
          await query(
            tx,
            `update totp set secret_sealed = pending_sealed, pending_sealed = null, confirmed_at = now(),
                    last_step = ?, drained_at = now() where account_id = ?`,
            [step, viewer.id],
          )
        },
      },
    )
  })
}
