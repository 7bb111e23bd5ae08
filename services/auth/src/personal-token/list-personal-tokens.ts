import type { PersonalToken } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import {
  personalTokenColumns,
  personalTokenIsLive,
  type PersonalTokenRow,
  presentPersonalToken,
} from './personal-token.ts'

/** The viewer's tokens that can be used, the newest first, from `before` on; asked for with one more than shown. */
export async function listPersonalTokens(
  { em, viewer }: { em: EntityManager; viewer: Pick<Viewer, 'id'> },
  { before, limit }: { before: string | null; limit: number },
): Promise<PersonalToken[]> {
  const rows = await query<PersonalTokenRow>(
    em,
    `select ${personalTokenColumns} from personal_token
      where account_id = ? and ${personalTokenIsLive} and (?::uuid is null or id < ?) order by id desc limit ?`,
    [viewer.id, before, before, limit],
  )
  return rows.map(presentPersonalToken)
}
