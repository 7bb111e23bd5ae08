import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

export type FactorKind = 'totp' | 'passkey' | 'recovery_code'

/** What an account can prove itself with besides its password; nothing: the password is all there is. */
export async function findFactors(em: EntityManager, accountId: string): Promise<FactorKind[]> {
  const [row] = await query<{ totp: boolean; passkey: boolean; codes: boolean }>(
    em,
    `select exists (select from totp where account_id = ? and secret_sealed is not null) as totp,
            exists (select from passkey where account_id = ?) as passkey,
            exists (select from recovery_code where account_id = ?) as codes`,
    [accountId, accountId, accountId],
  )
  if (!row?.totp && !row?.passkey) return []
  return [
    ...(row.totp ? (['totp'] as const) : []),
    ...(row.passkey ? (['passkey'] as const) : []),
    ...(row.codes ? (['recovery_code'] as const) : []),
  ]
}
