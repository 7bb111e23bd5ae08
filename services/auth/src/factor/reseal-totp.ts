import { query } from '@daguerre/kit/postgres'
import type { Keys } from '@daguerre/kit/secret'
import type { EntityManager } from '@mikro-orm/postgresql'
import { seal, unsealWithAny } from '../seal.ts'
import { totpContext } from './begin-totp.ts'

const batch = 500

/** Encrypts secrets of TOTP under SECRET_KEY that are under the one before, so that this can be given up. */
export async function resealTotp({
  em,
  sealingKeys,
  signal,
}: {
  em: EntityManager
  sealingKeys: Keys
  signal: AbortSignal
}): Promise<void> {
  if (sealingKeys.length === 1) return
  for (let after = '00000000-0000-0000-0000-000000000000'; !signal.aborted;) {
    const rows = await query<{ id: string; sealed: Buffer }>(
      em,
      `select account_id as id, secret_sealed as sealed from totp
        where secret_sealed is not null and account_id > ? order by account_id limit ${batch}`,
      [after],
    )
    for (const { id, sealed } of rows) {
      const opened = unsealWithAny(sealingKeys, sealed, totpContext(id))
      if (!opened || opened.isCurrent) continue
      const anew = seal(sealingKeys[0], opened.plaintext, totpContext(id))
      await query(em, 'update totp set secret_sealed = ? where account_id = ? and secret_sealed = ?', [
        anew,
        id,
        sealed,
      ])
    }
    const last = rows.at(-1)
    if (!last || rows.length < batch) return
    after = last.id
  }
}
