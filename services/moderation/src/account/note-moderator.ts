import type { Named } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Remembers that somebody moderates; once an hour is enough. */
export async function noteModerator(em: EntityManager, { id, username }: Named, now: Date): Promise<void> {
  await query(
    em,
    `insert into moderator as m (id, username, seen_at) values ($1, $2, $3)
     on conflict (id) do update set seen_at = excluded.seen_at where m.seen_at < excluded.seen_at - interval '1 hour'`,
    [id, username, now],
  )
}
