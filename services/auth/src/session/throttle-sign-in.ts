import { createHash } from 'node:crypto'
import { query } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Origin } from './device-cookie.ts'
import { isKnownDevice } from './known-devices.ts'

/** So many wrong passwords are free, then one more every ten seconds. */
export interface Budget {
  name: string
  burst: number
}

const spacingSeconds = 10
const ownBurst = 10
const strangersBurst = 100

/**
 * What wrong passwords for a name are counted by. A device with which somebody has signed in to it has a budget of its own, so nobody
 * else can lock it out. Strangers have one a network, and one for all of them together, which is what a botnet meets.
 */
export async function budgetsOf(em: EntityManager, name: string, { network, device }: Origin): Promise<Budget[]> {
  if (await isKnownDevice(em, { name, device })) {
    return [{ name: `${name} with ${device.toString('base64url')}`, burst: ownBurst }]
  }
  return [ofNetwork(name, network), ofStrangers(name)]
}

function ofNetwork(name: string, network: string): Budget {
  return { name: `${name} from ${network}`, burst: ownBurst }
}

function ofStrangers(name: string): Budget {
  return { name, burst: strangersBurst }
}

/** For who is signed in and is asked for the password again. */
export function budgetOfViewer(accountId: string): Budget[] {
  return [{ name: `password of ${accountId}`, burst: ownBurst }]
}

/** Counted by what was typed, so that a name without an account behaves as one with. */
function keyOf({ name }: Budget): Buffer {
  return createHash('sha256').update(name).digest()
}

/** @throws Problem 429 `auth.too_many_attempts` if too many passwords have lately been wrong */
export async function checkSignInThrottle(em: EntityManager, budgets: readonly Budget[]): Promise<void> {
  const rows = await query<{ key: Buffer; fullSeconds: number }>(
    em,
    `select key, extract(epoch from drained_at - now())::float8 as "fullSeconds" from sign_in_failure where key = any(?)`,
    [budgets.map(keyOf)],
  )
  const waits = budgets.map((budget) => {
    const key = keyOf(budget)
    const full = rows.find((row) => key.equals(row.key))?.fullSeconds ?? 0
    return full - (budget.burst - 1) * spacingSeconds
  })
  const waitSeconds = Math.max(...waits)
  if (waitSeconds > 0) {
    throw problem(429, 'auth.too_many_attempts', 'Too many wrong passwords. Wait a little and try again.', {
      headers: { 'retry-after': String(Math.ceil(waitSeconds)) },
    })
  }
}

/** Counts a wrong password. `em` must not be in a transaction that the refusal rolls back. */
export async function countSignInFailure(em: EntityManager, budgets: readonly Budget[]): Promise<void> {
  for (const budget of budgets) {
    await query(
      em,
      `insert into sign_in_failure as failure (key, drained_at) values (?, now() + make_interval(secs => ?))
       on conflict (key) do update set drained_at =
         least(greatest(failure.drained_at, now()) + make_interval(secs => ?), now() + make_interval(secs => ?))`,
      [keyOf(budget), spacingSeconds, spacingSeconds, budget.burst * spacingSeconds],
    )
  }
}

/** Forgets wrong passwords after a right one, but not what all strangers together have tried. */
export async function forgetSignInFailures(em: EntityManager, budgets: readonly Budget[]): Promise<void> {
  const own = budgets.filter(({ burst }) => burst === ownBurst)
  await query(em, 'delete from sign_in_failure where key = any(?)', [own.map(keyOf)])
}

/** Forgets all that strangers, and who asks from this network, have tried of these names: a reset has made it worthless. */
export async function forgetStrangers(em: EntityManager, names: readonly string[], network: string): Promise<void> {
  const keys = names.flatMap((name) => [keyOf(ofNetwork(name, network)), keyOf(ofStrangers(name))])
  await query(em, 'delete from sign_in_failure where key = any(?)', [keys])
}
