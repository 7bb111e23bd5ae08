import type { SignedIn, SignInChallenge } from '@daguerre/contracts'
import { createAuthenticator, type SoftwareAuthenticator } from '@daguerre/kit/testing-passkey'
import { expect } from 'vitest'
import { stepAt, totpCode } from '../src/factor/totp.ts'
import { type Auth, password } from './system.ts'

export interface Protected {
  person: SignedIn
  secret: string
  recoveryCodes: string[]
}

/** What people do with second factors, on one auth. */
export function factorsOf(auth: Auth) {
  async function post<Body = unknown>(path: string, body: unknown, token?: string): Promise<Body> {
    const answer = await auth.request('POST', `/api/v1/auth/${path}`, {
      ...(body !== undefined && { body }),
      ...(token !== undefined && { token }),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (answer.status === 204 ? null : await answer.json()) as Body
  }

  return {
    post,
    /** Somebody with an authenticator app. */
    async withTotp(registered?: SignedIn): Promise<Protected> {
      const person = registered ?? (await auth.register())
      const { secret } = await post<{ secret: string }>('totp', undefined, person.accessToken)
      const confirmed = { code: totpCode(secret, stepAt(Date.now())) }
      const { recoveryCodes } = await post<{ recoveryCodes: string[] | null }>(
        'totp/confirm',
        confirmed,
        person.accessToken,
      )
      await this.nextCode(person)
      return { person, secret, recoveryCodes: recoveryCodes ?? [] }
    },
    /** As if the code that was given last were of long ago, so that the present one is new. */
    async nextCode({ user }: SignedIn): Promise<void> {
      await auth.sql('update totp set last_step = 0 where account_id = ?', [user.id])
    },
    async withPasskey(
      person: SignedIn,
      authenticator: SoftwareAuthenticator = createAuthenticator({ origin }),
      name = 'My key',
    ) {
      const options = await post('passkeys/options', undefined, person.accessToken)
      const added = await post<{ passkey: { id: string }; recoveryCodes: string[] | null }>(
        'passkeys',
        { name, credential: authenticator.create(options) },
        person.accessToken,
      )
      return { authenticator, ...added }
    },
    /** A right password, where there is a second factor. */
    async challenge({ user }: SignedIn, typed = password): Promise<SignInChallenge> {
      const body = { login: user.username, password: typed }
      const answer = await auth.request('POST', '/api/v1/auth/login', { body })
      expect(answer.status).toBe(202)
      return (await answer.json()) as SignInChallenge
    },
    complete: (body: unknown) => auth.request('POST', '/api/v1/auth/login/second-factor', { body }),
    reauthenticate: (person: SignedIn, body: unknown) =>
      auth.request('POST', '/api/v1/auth/reauthenticate', { token: person.accessToken, body }),
    request: (person: SignedIn, method: string, path: string, body?: unknown) =>
      auth.request(method, `/api/v1/auth/${path}`, { token: person.accessToken, ...(body !== undefined && { body }) }),
  }
}

/** The PUBLIC_URL of tests. */
export const origin = 'http://localhost:8080'

export function codeNow(secret: string, away = 0): string {
  return totpCode(secret, stepAt(Date.now()) + away)
}
