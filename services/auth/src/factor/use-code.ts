import { query } from '@daguerre/kit/postgres'
import { invalid, type Problem, problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import { seal, unsealWithAny } from '../seal.ts'
import { totpContext } from './begin-totp.ts'
import type { FactorDesk } from './factor-desk.ts'
import { hashRecoveryCode } from './recovery-codes.ts'
import { tellOfFactor } from './tell-of-factor.ts'
import { stepOf } from './totp.ts'

// Five tries are free, then one every five minutes: of a million codes three are right at a time, so that guessing takes years. Only
// who knows the password, or has a session, comes to try; the owner has recovery codes and passkeys meanwhile.
const burst = 5
const spacingSeconds = 300

/**
 * Counts a try of a code of an authenticator app before it is looked at, so that many at once are as many tries. `em` must not be
 * in a transaction that a refusal rolls back.
 * @throws Problem 429 `auth.too_many_codes`
 */
export async function takeTry(em: EntityManager, accountId: string, code: string): Promise<void> {
  if (!isTotp(code)) return
  const [taken] = await query(
    em,
    `update totp set drained_at = greatest(drained_at, now()) + make_interval(secs => ?)
      where account_id = ? and drained_at <= now() + make_interval(secs => ?) returning 1`,
    [spacingSeconds, accountId, (burst - 1) * spacingSeconds],
  )
  if (taken) return
  const [row] = await query<{ waitSeconds: number }>(
    em,
    `select extract(epoch from drained_at - now())::float8 - ? as "waitSeconds" from totp where account_id = ?`,
    [(burst - 1) * spacingSeconds, accountId],
  )
  if (!row) return
  throw problem(429, 'auth.too_many_codes', 'Too many wrong codes. Wait a little, or use a recovery code.', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(row.waitSeconds))) },
  })
}

/**
 * Uses up a code of an account's authenticator app, or one of its recovery codes, in the transaction of `em`; of two at once the second
 * finds it used. Its try is to be counted before.
 * @throws Problem 422 `auth.code_wrong`
 */
export async function useCode(
  { em, factors, mail }: { em: EntityManager; factors: FactorDesk; mail: MailDesk | null },
  { accountId, code }: { accountId: string; code: string },
): Promise<void> {
  const isRight = isTotp(code)
    ? await useTotp(em, factors, accountId, code.replaceAll(/\s/g, ''))
    : await useRecoveryCode(em, accountId, code)
  if (!isRight) throw codeWrong()
  if (!isTotp(code)) await tellOfFactor({ em, mail }, { accountId, change: 'code-used' })
}

function isTotp(code: string): boolean {
  return /^\d{6}$/.test(code.replaceAll(/\s/g, ''))
}

async function useTotp(em: EntityManager, factors: FactorDesk, accountId: string, code: string): Promise<boolean> {
  const [row] = await query<{ sealed: Buffer }>(
    em,
    'select secret_sealed as sealed from totp where account_id = ? and secret_sealed is not null',
    [accountId],
  )
  const opened = row && unsealWithAny(factors.sealingKeys, row.sealed, totpContext(accountId))
  const step = opened ? stepOf(opened.plaintext, code) : null
  if (!opened || step === null) return false
  const sealed = opened.isCurrent ? row.sealed : seal(factors.sealingKeys[0], opened.plaintext, totpContext(accountId))
  const [used] = await query(
    em,
    `update totp set last_step = ?, drained_at = now(), secret_sealed = ?
      where account_id = ? and last_step < ? and secret_sealed = ? returning 1`,
    [step, sealed, accountId, step, row.sealed],
  )
  return used !== undefined
}

async function useRecoveryCode(em: EntityManager, accountId: string, code: string): Promise<boolean> {
  const [used] = await query(em, 'delete from recovery_code where account_id = ? and hash = ? returning 1', [
    accountId,
    hashRecoveryCode(code),
  ])
  return used !== undefined
}

export function codeWrong(): Problem {
  return invalid(
    [{ pointer: '#/code', code: 'auth.code_wrong', detail: 'is not right, or was used before' }],
    'auth.code_wrong',
    'The code is not right, or was used before.',
  )
}
