import { createHash } from 'node:crypto'
import type { Authorization, CreatedApplication, SignedIn } from '@daguerre/contracts'
import { expect } from 'vitest'
import type { Auth } from './system.ts'

// Applications of third parties, as the tests of them need them.

export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const challenge = createHash('sha256').update(verifier).digest('base64url')
export const back = 'https://print.example.org/back'

export interface Tokens {
  access_token: string
  refresh_token: string
  token_type: string
  expires_in: number
  scope: string
}

export function oauthOf(auth: Auth) {
  const parts = {
    async application(developer: SignedIn, body: object = {}): Promise<CreatedApplication> {
      const answer = await auth.request('POST', '/api/v1/auth/applications', {
        token: developer.accessToken,
        body: { name: 'Print', website: null, redirectUris: [back], confidential: false, ...body },
      })
      expect(answer.status).toBe(201)
      return (await answer.json()) as CreatedApplication
    },

    ask: (person: { accessToken: string }, { id }: { id: string }, changed: object = {}) =>
      auth.request('POST', '/api/v1/oauth/authorize', {
        token: person.accessToken,
        body: {
          client_id: id,
          redirect_uri: back,
          response_type: 'code',
          scope: 'read post',
          state: 'of the application',
          code_challenge: challenge,
          code_challenge_method: 'S256',
          ...changed,
        },
      }),

    /** Where the browser goes. */
    async sent(person: { accessToken: string }, application: { id: string }, changed: object = {}): Promise<URL> {
      const answer = await parts.ask(person, application, { decision: 'allow', ...changed })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      return new URL(((await answer.json()) as Authorization).redirectTo!)
    },

    async code(person: { accessToken: string }, application: { id: string }, changed: object = {}): Promise<string> {
      return (await parts.sent(person, application, changed)).searchParams.get('code')!
    },

    form: async (
      path: 'token' | 'revoke',
      fields: Record<string, string | undefined> | [string, string][],
      headers: Record<string, string> = {},
    ) =>
      auth.app.request(`/api/v1/oauth/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(
          (Array.isArray(fields) ? fields : Object.entries(fields)).filter(
            (field): field is [string, string] => field[1] !== undefined,
          ),
        ).toString(),
      }),

    redeem: async (
      { id, secret }: { id: string; secret?: string | null },
      code: string,
      changed: Record<string, string | undefined> = {},
    ) =>
      parts.form('token', {
        grant_type: 'authorization_code',
        client_id: id,
        client_secret: secret ?? undefined,
        code,
        redirect_uri: back,
        code_verifier: verifier,
        ...changed,
      }),

    refresh: async (
      { id, secret }: { id: string; secret?: string | null },
      token: string,
      changed: Record<string, string | undefined> = {},
    ) =>
      parts.form('token', {
        grant_type: 'refresh_token',
        client_id: id,
        client_secret: secret ?? undefined,
        refresh_token: token,
        ...changed,
      }),

    /** All the way: what the application has in the end. */
    async tokens(person: SignedIn, application: CreatedApplication, changed: object = {}): Promise<Tokens> {
      const answer = await parts.redeem(application, await parts.code(person, application, changed))
      expect(answer.status).toBe(200)
      return (await answer.json()) as Tokens
    },

    /** What a request for tokens is refused with. */
    async refusal(asked: Response | Promise<Response>): Promise<string> {
      const answer = await asked
      expect([400, 401]).toContain(answer.status)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('content-type')).toContain('application/json')
      return ((await answer.json()) as { error: string }).error
    },
  }
  return parts
}
