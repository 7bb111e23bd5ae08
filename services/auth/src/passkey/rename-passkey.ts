import type { Passkey } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type PasskeyRow, passkeyColumns, presentPasskey } from './passkey.ts'
import { noSuchPasskey } from './remove-passkey.ts'

/** Calls one of the viewer's passkeys something else. @throws Problem 404 `auth.passkey_not_found` */
export async function renamePasskey(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  { id, name }: { id: string; name: string },
): Promise<Passkey> {
  const [row] = await query<PasskeyRow>(
    em,
    `update passkey set name = ? where id = ? and account_id = ? returning ${passkeyColumns}`,
    [name, id, viewer.id],
  )
  if (!row) throw noSuchPasskey()
  return presentPasskey(row)
}
