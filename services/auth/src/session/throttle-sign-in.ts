import { createHash } from 'node:crypto'
import { query } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'

// Ten wrong passwords are free, then one more every ten seconds. Nobody is locked out: whoever waits the seconds of
// Retry-After may try again, and being signed in already is not touched.
const burst = 10
const spacingSeconds = 10

/** Counted by what was typed, so that a name without an account behaves as one with. */
function keyOf(name: string): Buffer {
  return createHash('sha256').update(name).digest()
}

/** @throws Problem 429 `auth.too_many_attempts` if too many passwords have lately been wrong for this name */
export async function checkSignInThrottle(em: EntityManager, name: string): Promise<void> {
  const [row] = await query<{ waitSeconds: number }>(
    em,
    `select extract(epoch from drained_at - now())::float8 - ? as "waitSeconds" from sign_in_failure where key = ?`,
    [(burst - 1) * spacingSeconds, keyOf(name)],
  )
  if (row && row.waitSeconds > 0) {
    throw problem(429, 'auth.too_many_attempts', 'Too many wrong passwords. Wait a little and try again.', {
      headers: { 'retry-after': String(Math.ceil(row.waitSeconds)) },
    })
  }
}

/** Counts a wrong password. `em` must not be in a transaction that the refusal rolls back. */
export async function countSignInFailure(em: EntityManager, name: string): Promise<void> {
  await query(
    em,
    `insert into sign_in_failure as failure (key, drained_at) values (?, now() + make_interval(secs => ?))
     on conflict (key) do update set drained_at =
       least(greatest(failure.drained_at, now()) + make_interval(secs => ?), now() + make_interval(secs => ?))`,
    [keyOf(name), spacingSeconds, spacingSeconds, burst * spacingSeconds],
  )
}

/** Forgets the wrong passwords of a name, after a right one. */
export async function forgetSignInFailures(em: EntityManager, name: string): Promise<void> {
  await query(em, 'delete from sign_in_failure where key = ?', [keyOf(name)])
}
