import { Identity, problems, RegistrationWaits, SignedIn } from '@daguerre/contracts'
import { createRoute, createRouter, created, emOf, signedIn, viewerOf, z } from '@daguerre/kit/http'
import { idempotent } from '@daguerre/kit/idempotency'
import type { AppDeps } from '../app.ts'
import { addIdentity, beginIdentity } from '../provider/add-identity.ts'
import { beginVisit } from '../provider/provider-visit.ts'
import { registerByProvider } from '../provider/register-by-provider.ts'
import { removeIdentity } from '../provider/remove-identity.ts'
import { signInByProvider } from '../provider/sign-in-by-provider.ts'
import { cleanUserAgent } from '../session/clean-user-agent.ts'
import { originOf } from '../session/device-cookie.ts'
import { noStore } from './no-store.ts'
import { sessionDepsOf } from './session-deps.ts'
import {
  NewcomerRegistration,
  ProviderAddress,
  ProviderAnswer,
  ProviderChallenge,
  ProviderQuestion,
  Providers,
} from './schemas.ts'

const tags = ['providers']

function json<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } } }
}

const idempotencyHeader = z.object({
  'idempotency-key': z.string().optional().openapi({
    description: 'The same key with the same body gets the same answer for 24 hours.',
  }),
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/auth/providers',
  operationId: 'listProviders',
  tags,
  summary: 'Where people may sign in elsewhere',
  description: 'The providers (OpenID Connect) that whoever runs this server has set up; mostly none.',
  security: [],
  responses: { 200: { description: 'All of them.', ...json(Providers) }, ...problems(429, 503) },
})

const begin = createRoute({
  method: 'post',
  path: '/api/v1/auth/login/provider/begin',
  operationId: 'beginLoginByProvider',
  tags,
  summary: 'Begin to sign in by a provider',
  description:
    'Answers where to send the browser. It comes back to /sign-in/{provider} within ten minutes, with what auth/login/provider takes; that must be asked with ' +
    'the cookies of this answer.',
  security: [],
  middleware: [noStore],
  request: { body: { required: true, ...json(ProviderQuestion) } },
  responses: {
    200: { description: 'Where to.', ...json(ProviderAddress) },
    ...problems(400, 404, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'login',
})

const login = createRoute({
  method: 'post',
  path: '/api/v1/auth/login/provider',
  operationId: 'loginByProvider',
  tags,
  summary: 'Sign in by a provider',
  description:
    'With what stands in the address to which the provider has sent the browser back, once. 202 with a challenge: the account has a second factor, ' +
    'auth/login/second-factor. 202 with a newcomer: there is no account yet, auth/register/provider makes one. An account is never found by an e-mail address: ' +
    'who has one links the provider in the settings.',
  security: [],
  middleware: [noStore],
  request: { body: { required: true, ...json(ProviderAnswer) } },
  responses: {
    200: { description: 'Signed in.', ...json(SignedIn) },
    202: { description: 'Something is still missing.', ...json(ProviderChallenge) },
    ...problems(400, 403, 404, 410, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'login',
})

const register = createRoute({
  method: 'post',
  path: '/api/v1/auth/register/provider',
  operationId: 'registerByProvider',
  tags,
  summary: 'Make an account by a provider',
  description:
    'For the newcomer of auth/login/provider, in the same browser, within 15 minutes. The account has no password; auth/password-reset makes one. An address that ' +
    'the provider has proven counts as confirmed, any other gets a link.',
  security: [],
  middleware: [noStore, idempotent],
  request: { headers: idempotencyHeader, body: { required: true, ...json(NewcomerRegistration) } },
  responses: {
    201: {
      description: 'The account is made and signed in.',
      headers: { Location: { description: 'The person that was made.', schema: { type: 'string' as const } } },
      ...json(SignedIn),
    },
    202: { description: 'By approval: as auth/register.', ...json(RegistrationWaits) },
    ...problems(400, 403, 409, 410, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'register',
})

const notFresh = { ...problems(403)[403], description: 'The session is not fresh: auth.reauthentication_required.' }
const dangerous = 'Wants a fresh session: 403 auth.reauthentication_required else, see auth/reauthenticate.'

const identityBegin = createRoute({
  method: 'post',
  path: '/api/v1/auth/identities/begin',
  operationId: 'beginIdentity',
  tags,
  summary: 'Begin to link a provider',
  description: `Answers where to send the browser; what it comes back with is for auth/identities. ${dangerous}`,
  ...signedIn,
  middleware: [...signedIn.middleware, noStore],
  request: { body: { required: true, ...json(ProviderQuestion) } },
  responses: {
    200: { description: 'Where to.', ...json(ProviderAddress) },
    403: notFresh,
    ...problems(400, 401, 404, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'login',
})

const identityAdd = createRoute({
  method: 'post',
  path: '/api/v1/auth/identities',
  operationId: 'addIdentity',
  tags,
  summary: 'Link a provider',
  description:
    'With what stands in the address to which the provider has sent the browser back, once, in the session that began it. From then on it opens the account. ' +
    'Whoever is linked to another account already is refused (409, auth.identity_taken).',
  ...signedIn,
  request: { body: { required: true, ...json(ProviderAnswer) } },
  responses: {
    // No 201, which would take an Idempotency-Key: the visit is over before the provider is asked, and no transaction may take that back.
    200: { description: 'Linked.', ...json(Identity) },
    ...problems(400, 401, 404, 409, 410, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'login',
})

const identityRemove = createRoute({
  method: 'delete',
  path: '/api/v1/auth/identities/{id}',
  operationId: 'removeIdentity',
  tags,
  summary: 'Unlink a provider',
  description: `What auth/factors lists. The last way to sign in stays (409, auth.last_way_in). ${dangerous}`,
  ...signedIn,
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: { description: 'It opens nothing.' }, 403: notFresh, ...problems(401, 404, 409, 422, 429, 503) },
})

const reauthenticationBegin = createRoute({
  method: 'post',
  path: '/api/v1/auth/reauthenticate/provider',
  operationId: 'beginReauthentication',
  tags,
  summary: 'Begin to say again who I am, by a provider',
  description:
    'Answers where to send the browser. The provider is told to ask who they are although it knows them, and must say that it has; what the browser comes back ' +
    'with is for auth/reauthenticate.',
  ...signedIn,
  middleware: [...signedIn.middleware, noStore],
  request: { body: { required: true, ...json(ProviderQuestion) } },
  responses: {
    200: { description: 'Where to.', ...json(ProviderAddress) },
    ...problems(400, 401, 404, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'login',
})

/** Signing in elsewhere. */
export function providerRoutes(deps: AppDeps) {
  const { config, mail, providers } = deps
  const router = createRouter({ read: 'account', write: 'account' })

  router.openapi(list, (c) => c.json({ items: providers.list() }, 200))

  router.openapi(begin, async (c) => {
    const input = { ...c.req.valid('json'), purpose: 'sign-in', device: originOf(c).device, sessionId: null } as const
    return c.json({ url: await beginVisit({ em: emOf(c), providers }, input) }, 200)
  })

  router.openapi(login, async (c) => {
    const input = {
      answer: c.req.valid('json'),
      userAgent: cleanUserAgent(c.req.header('user-agent')),
      device: originOf(c).device,
    }
    const answer = await signInByProvider({ em: emOf(c), providers, ...sessionDepsOf(c, deps) }, input)
    return 'user' in answer ? c.json(answer, 200) : c.json(answer, 202)
  })

  router.openapi(register, async (c) => {
    const input = {
      ...c.req.valid('json'),
      userAgent: cleanUserAgent(c.req.header('user-agent')),
      device: originOf(c).device,
    }
    const answer = await registerByProvider({ em: emOf(c), ...sessionDepsOf(c, deps), rules: config }, input)
    if ('waits' in answer) return c.json(answer.waits, 202)
    return created(c, answer.signedIn, `/api/v1/users/${answer.accountId}`)
  })

  router.openapi(identityBegin, async (c) => {
    const inside = { em: emOf(c), viewer: viewerOf(c), providers }
    const input = { ...c.req.valid('json'), device: originOf(c).device }
    return c.json({ url: await beginIdentity(inside, input) }, 200)
  })

  router.openapi(identityAdd, async (c) => {
    const input = { answer: c.req.valid('json'), device: originOf(c).device }
    return c.json(await addIdentity({ em: emOf(c), viewer: viewerOf(c), providers, mail }, input), 200)
  })

  router.openapi(identityRemove, async (c) => {
    await removeIdentity({ em: emOf(c), viewer: viewerOf(c), providers, mail }, c.req.valid('param'))
    return c.body(null, 204)
  })

  router.openapi(reauthenticationBegin, async (c) => {
    const { sessionId } = viewerOf(c)
    const input = { ...c.req.valid('json'), purpose: 'reauthenticate', device: originOf(c).device, sessionId } as const
    return c.json({ url: await beginVisit({ em: emOf(c), providers }, input) }, 200)
  })

  return router
}
