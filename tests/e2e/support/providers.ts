import { Identity, Newcomer, SignedIn } from '@daguerre/contracts'
import { createVisitor } from '@daguerre/kit/testing-provider'
import { z } from 'zod'
import { api, call, type Caller, read, type Request } from './api.ts'
import { unique } from './people.ts'

const Address = z.strictObject({ url: z.url() })

/** The one that the system of the tests knows (`startTestSystem`): any name signs in there. */
const provider = 'example'

export interface Brought {
  provider: string
  state: string
  code: string
  iss: string
}

/** A browser that has gone to the provider, signed in there, and come back: what it brings, and the cookie without which that is worth nothing. */
export async function broughtBy(
  login: string,
  { path = '/api/v1/auth/login/provider/begin', caller }: { path?: string; caller?: Caller } = {},
): Promise<{ brought: Brought; headers: { cookie: string } }> {
  const answer = await call('POST', path, { body: { provider } }, caller)
  const { url } = await read(Address, answer)
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { state = '', code = '', iss = '' } = await createVisitor()(url, login)
  return { brought: { provider, state, code, iss }, headers: { cookie } }
}

/** A sign-in that is right, of somebody who has no account yet. */
export async function signInByProvider(login = `elsewhere_${unique()}`): Promise<Request> {
  const { brought, headers } = await broughtBy(login)
  return { body: { ...brought }, headers }
}

/** What makes an account for them. */
export async function registrationByProvider(username = `elsewhere_${unique()}`): Promise<Request> {
  const { body, ...request } = await signInByProvider(username)
  const { newcomer } = await read(Newcomer, api().post('/api/v1/auth/login/provider', body, request), 202)
  return { body: { newcomer, username }, ...request }
}

/** Somebody whose account has no password. */
export async function signUpByProvider(username?: string): Promise<Caller & { id: string; username: string }> {
  const { body, ...request } = await registrationByProvider(username)
  const { user, accessToken } = await read(SignedIn, api().post('/api/v1/auth/register/provider', body, request), 201)
  return { id: user.id, username: user.username, accessToken }
}

/** What links a provider to an account. */
export async function identityOf(caller: Caller, login = `elsewhere_${unique()}`): Promise<Request> {
  const { brought, headers } = await broughtBy(login, { path: '/api/v1/auth/identities/begin', caller })
  return { body: { ...brought }, headers }
}

export async function linkProvider(caller: Caller, login?: string): Promise<Identity> {
  const { body, ...request } = await identityOf(caller, login)
  return await read(Identity, api(caller).post('/api/v1/auth/identities', body, request))
}
