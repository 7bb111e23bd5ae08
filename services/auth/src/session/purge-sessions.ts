import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

const batch = 1000

/**
 * Removes what no request can use any more: sessions a day after their end or expiry, refresh tokens that have expired,
 * successors that are no longer handed out, counts of wrong passwords and of mails, signing keys whose last token has ended, links, challenges and
 * visits to providers that have expired, invitations, personal tokens, grants and codes of applications a day after their end, devices that were not
 * seen for a year.
 */
export async function purgeSessions({
  em,
  graceSeconds,
  keptKeySeconds,
  signal,
}: {
  em: EntityManager
  graceSeconds: number
  keptKeySeconds: number
  signal: AbortSignal
}): Promise<void> {
  const steps: [sql: string, params: unknown[]][] = [
    ...['refresh_token', 'oauth_refresh_token'].flatMap((table): [string, unknown[]][] => [
      [
        `update ${table} set sealed_successor = null where hash in (select hash from ${table}
          where sealed_successor is not null and used_at < now() - make_interval(secs => ?) limit ${batch}) returning 1`,
        [graceSeconds],
      ],
      [
        `delete from ${table} where hash in (select hash from ${table}
          where expires_at < now() limit ${batch} for update skip locked) returning 1`,
        [],
      ],
    ]),
    [
      `delete from session where id in (select id from session where ended_at < now() - interval '1 day'
        limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    [
      `delete from session where id in (select id from session
        where ended_at is null and expires_at < now() - interval '1 day' limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    [
      `delete from sign_in_failure where key in (select key from sign_in_failure
        where drained_at < now() limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    [
      `delete from account_link where hash in (select hash from account_link
        where expires_at < now() limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    ...['passkey_challenge', 'sign_in_challenge', 'provider_visit', 'newcomer'].map((table): [string, unknown[]] => [
      `delete from ${table} where hash in (select hash from ${table}
        where expires_at < now() limit ${batch} for update skip locked) returning 1`,
      [],
    ]),
    [
      `delete from invitation where id in (select id from invitation where expires_at < now() - interval '1 day'
        limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    [
      `delete from mailbox_count where key in (select key from mailbox_count
        where counted_at < now() - interval '1 day' limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    [
      `delete from personal_token where id in (select id from personal_token
        where expires_at < now() - interval '1 day' or revoked_at < now() - interval '1 day'
        limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    [
      `delete from oauth_grant where id in (select id from oauth_grant
        where expires_at < now() - interval '1 day' or ended_at < now() - interval '1 day'
        limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    // So long a code that comes again ends what it gave.
    [
      `delete from oauth_code where hash in (select hash from oauth_code
        where expires_at < now() - interval '1 day' limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    [
      `delete from sign_in_device where (account_id, device) in (select account_id, device from sign_in_device
        where last_seen_at < now() - interval '1 year' limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    [
      `delete from known_device where (account_id, device) in (select account_id, device from known_device
        where last_seen_at < now() - interval '1 year' limit ${batch} for update skip locked) returning 1`,
      [],
    ],
    [
      `delete from signing_key where kid in (select kid from (select kid, lead(active_at) over (order by active_at, kid)
         as succeeded_at from signing_key) as k where succeeded_at < now() - make_interval(secs => ?)) returning 1`,
      [keptKeySeconds],
    ],
  ]
  for (const [sql, params] of steps) {
    while (!signal.aborted && (await query(em, sql, params)).length === batch);
  }
}
