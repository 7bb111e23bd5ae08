import type { AccountState } from '@daguerre/contracts'
import { findErased } from '@daguerre/kit/erasures'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Neighbours } from '../neighbours.ts'
import { countTagsOf } from './tag-posts.ts'

export interface ToldAuthor {
  id: string
  username: string
  account: AccountState
  /** Of the profile. */
  version: number
}

/** Keeps what somebody's account is, the newest of it: what they have under tags counts while it is open to everybody. */
export async function keepAuthor(em: EntityManager, { id, username, account, version }: ToldAuthor): Promise<void> {
  await em.transactional(async (tx) => {
    if ((await findErased(tx, 'person', [id])).size > 0) return
    await query(
      tx,
      'insert into author_stats (author_id, username, posts, version) values ($1, $2, 0, 0) on conflict do nothing',
      [id, username],
    )
    const [before] = await query<{ isOpen: boolean }>(
      tx,
      `select account = 'open' as "isOpen" from author_stats where author_id = $1 and account_version < $2 for update`,
      [id, version],
    )
    if (!before) return
    await query(tx, 'update author_stats set account = $2, account_version = $3 where author_id = $1', [
      id,
      account,
      version,
    ])
    if (before.isOpen !== (account === 'open')) await countTagsOf(tx, id, account === 'open')
  })
}

const batch = 100

/** Asks user about authors whose account no event has told: those of versions that did not listen. */
export async function askForAuthors(
  { forkEm, neighbours }: { forkEm: () => EntityManager; neighbours: Pick<Neighbours, 'people'> },
  signal: AbortSignal,
): Promise<void> {
  let told = batch
  while (told === batch && !signal.aborted) {
    const unknown = await query<{ id: string }>(
      forkEm(),
      '/* all shards: unknown-authors */ select author_id as id from author_stats where account_version = 0 limit $1',
      [batch],
    )
    const people = unknown.length === 0 ? [] : await neighbours.people(unknown.map(({ id }) => id))
    for (const { person, account, version } of people)
      await keepAuthor(forkEm(), { id: person.id, username: person.username, account, version })
    told = people.length
  }
}
