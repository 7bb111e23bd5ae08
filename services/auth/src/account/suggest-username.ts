import { usernameSkeleton } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { retiredKey } from '../leaving/retired-username.ts'
import { deriveUsername } from './derive-username.ts'

const attempts = 3

/** A username made from a name or an address, that nobody has at the moment. */
export async function suggestUsername(em: EntityManager, name: string): Promise<string> {
  let username = ''
  for (let attempt = 0; attempt < attempts; attempt++) {
    username = deriveUsername(name.includes('@') ? name : `${name}@`, attempt)
    const [free] = await query(
      em,
      `select 1 where not exists (select from account where username = ? or username_skeleton = ?)
         and not exists (select from retired_username where key = ?)`,
      [username, usernameSkeleton(username), retiredKey(username)],
    )
    if (free) break
  }
  return username
}
