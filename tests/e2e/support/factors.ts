import { SignInChallenge } from '@daguerre/contracts'
import { createAuthenticator, type MadeCredential, type SoftwareAuthenticator } from '@daguerre/kit/testing-passkey'
import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { stepAt, totpCode } from '../../../services/auth/src/factor/totp.ts'
import { api, type Caller, read } from './api.ts'
import { type Person, signUp } from './people.ts'

async function ask<Body>(caller: Caller | undefined, path: string, body?: unknown, status = 200): Promise<Body> {
  const answer = await api(caller).post<Body>(`/api/v1/auth/${path}`, body)
  expect([path, answer.status, answer.body]).toEqual([path, status, answer.body])
  return answer.body
}

/** A secret for an authenticator app, which waits for a code of it. */
export async function beginTotp(person: Caller): Promise<string> {
  return (await ask<{ secret: string }>(person, 'totp')).secret
}

/** What the app shows now, or some steps of 30 s from now. */
export function codeOf(secret: string, away = 0): string {
  return totpCode(secret, stepAt(Date.now()) + away)
}

/** Somebody new with an authenticator app. */
export async function signUpWithTotp(
  name?: string,
): Promise<{ person: Person; secret: string; recoveryCodes: string[] }> {
  const person = await signUp(name)
  const secret = await beginTotp(person)
  const { recoveryCodes } = await ask<{ recoveryCodes: string[] }>(person, 'totp/confirm', { code: codeOf(secret) })
  return { person, secret, recoveryCodes }
}

/** The challenge that a right password gets where there is a second factor. */
export async function challengeOf({ username, password }: Person): Promise<string> {
  const answer = api().post('/api/v1/auth/login', { login: username, password })
  return (await read(SignInChallenge, answer, 202)).challenge
}

export function passkeyQuestion(challenge?: string): Promise<unknown> {
  return ask(undefined, 'login/passkey/options', challenge === undefined ? {} : { challenge })
}

/** The address for which passkeys are made: what people type, which is also who issues tokens. */
export function publicOrigin({ accessToken }: Caller): string {
  return new URL(decodeJwt(accessToken).iss ?? '').origin
}

/** A passkey that was made for somebody and is not theirs yet. */
export async function newCredential(
  person: Caller,
  authenticator: SoftwareAuthenticator = createAuthenticator({ origin: publicOrigin(person) }),
): Promise<MadeCredential> {
  return authenticator.create(await ask(person, 'passkeys/options'))
}

/** Gives somebody a passkey. */
export async function withPasskey(person: Caller): Promise<{ id: string; authenticator: SoftwareAuthenticator }> {
  const authenticator = createAuthenticator({ origin: publicOrigin(person) })
  const credential = await newCredential(person, authenticator)
  const { passkey } = await ask<{ passkey: { id: string } }>(person, 'passkeys', { name: 'A key', credential })
  return { id: passkey.id, authenticator }
}
