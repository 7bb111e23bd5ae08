import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { requireProof } from '../factor/require-proof.ts'
import { type MailDesk, requireMail } from '../mail/mail-desk.ts'
import { confirmPassword, currentPasswordWrong } from '../password/confirm-password.ts'
import type { Passwords } from '../password/passwords.ts'
import { askToConfirm } from './ask-to-confirm.ts'

/**
 * Sends a link to the new address, which becomes the viewer's when the link is used; until then nothing changes. Whether it
 * has an account already only its owner is told.
 * @throws Problem 404 `auth.mail_off`, 422 `auth.current_password_wrong`, 429 `auth.too_many_attempts`, 401 `auth.session_ended`
 * @throws Problem 403 `auth.reauthentication_required` where there is a second factor or no password
 */
export async function changeAddress(
  { em, viewer, passwords, mail }: { em: EntityManager; viewer: Viewer; passwords: Passwords; mail: MailDesk | null },
  { currentPassword, newEmail }: { currentPassword?: string | undefined; newEmail: string },
): Promise<void> {
  const desk = requireMail(mail)
  const version = await confirmPassword({ em, viewer, passwords }, currentPassword)
  await em.transactional(async (tx) => {
    // A reset that comes meanwhile voids what was begun with the password before: it must find this link, or this the reset.
    const [same] = await query(tx, 'select 1 from account where id = ? and password_version = ? for share', [
      viewer.id,
      version,
    ])
    if (!same) throw currentPasswordWrong()
    await requireProof(tx, viewer, { currentPassword })
    await askToConfirm({ em: tx, mail: desk }, { account: viewer, email: newEmail })
  })
}
