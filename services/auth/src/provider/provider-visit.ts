import { createHash, randomBytes } from 'node:crypto'
import { query } from '@daguerre/kit/postgres'
import { type Problem, problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type Arrival, isProvenSince, type ProviderAnswer, type ProviderDesk, visitSeconds } from './provider-desk.ts'

export type VisitPurpose = 'sign-in' | 'link' | 'reauthenticate'

/** What a visit is bound to: the browser, and where somebody is signed in their session. */
export interface VisitOf {
  purpose: VisitPurpose
  /** sha256 of the cookie of the browser (`originOf`). */
  device: Buffer
  sessionId: string | null
}

/**
 * Begins a visit to a provider. Its `state` is known to the browser and the provider; who comes back with it must be in that same browser.
 * @returns where to send them
 * @throws Problem 404 `auth.provider_not_found`, 503 `auth.provider_away`
 */
export async function beginVisit(
  { em, providers }: { em: EntityManager; providers: ProviderDesk },
  { provider, purpose, device, sessionId }: VisitOf & { provider: string },
): Promise<string> {
  const state = `dgr_pv_${randomBytes(32).toString('base64url')}`
  const [nonce, verifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
  const url = await providers.addressFor(provider, { state, nonce, verifier, asksAnew: purpose === 'reauthenticate' })
  await query(
    em,
    `insert into provider_visit (hash, provider, purpose, device, session_id, verifier, nonce, expires_at)
     values (?, ?, ?, ?, ?, ?, ?, now() + make_interval(secs => ?))`,
    [hashOf(state), provider, purpose, device, sessionId, verifier, nonce, visitSeconds],
  )
  return url
}

/**
 * Ends a visit by what the provider has answered; of two at once the second finds it over. It is over before the provider is asked, so `em`
 * must not be in a transaction that a refusal rolls back.
 * @throws Problem 410 `auth.visit_void`, 422 `auth.provider_answer_wrong`, `auth.provider_not_asked`, 503 `auth.provider_away`
 */
export async function endVisit(
  { em, providers }: { em: EntityManager; providers: ProviderDesk },
  answer: ProviderAnswer,
  { purpose, device, sessionId }: VisitOf,
): Promise<Arrival> {
  const [visit] = await query<{ verifier: string; nonce: string; beganAt: Date }>(
    em,
    `delete from provider_visit
      where hash = ? and provider = ? and purpose = ? and device = ? and session_id is not distinct from ?::uuid and expires_at > now()
     returning verifier, nonce, began_at as "beganAt"`,
    [hashOf(answer.state), answer.provider, purpose, device, sessionId],
  )
  if (!visit) throw visitVoid()
  const asksAnew = purpose === 'reauthenticate'
  const arrival = await providers.arrivalOf(answer, { ...visit, state: answer.state, asksAnew })
  if (asksAnew && !isProvenSince(arrival, visit.beganAt)) throw notAsked()
  return arrival
}

export function visitVoid(): Problem {
  return problem(410, 'auth.visit_void', 'This has taken too long, was begun elsewhere, or is over. Begin again.')
}

function notAsked(): Problem {
  return problem(422, 'auth.provider_not_asked', 'The provider does not say that it has just asked who you are.')
}

function hashOf(state: string): Buffer {
  return createHash('sha256').update(state).digest()
}
