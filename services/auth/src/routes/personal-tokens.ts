import {
  CreatedPersonalToken,
  ExchangedToken,
  NewPersonalToken,
  Page,
  PersonalToken,
  problems,
  TokenExchange,
} from '@daguerre/contracts'
import { pageQuery, readPage } from '@daguerre/kit/cursor'
import { createRoute, createRouter, created, emOf, signedIn, viewerOf, z } from '@daguerre/kit/http'
import { signedInIdempotent } from '@daguerre/kit/idempotency'
import type { AppDeps } from '../app.ts'
import { createPersonalToken } from '../personal-token/create-personal-token.ts'
import { exchangePersonalToken } from '../personal-token/exchange-personal-token.ts'
import { listPersonalTokens } from '../personal-token/list-personal-tokens.ts'
import { revokePersonalToken } from '../personal-token/revoke-personal-token.ts'
import { noStore } from './no-store.ts'

const tags = ['tokens']

function json<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } } }
}

const create = createRoute({
  method: 'post',
  path: '/api/v1/auth/tokens',
  operationId: 'createPersonalToken',
  tags,
  summary: 'Make a token for an application',
  description:
    'An application sends it as `Authorization: Bearer dgp_…` and may do what its scopes say, until it ends or is revoked. The token is in this ' +
    'answer and nowhere else. It makes no tokens, and changes nothing of account, password or sessions.',
  ...signedInIdempotent,
  middleware: [noStore, ...signedInIdempotent.middleware],
  request: { body: { required: true, ...json(NewPersonalToken) } },
  responses: {
    201: {
      description: 'The token.',
      headers: { Location: { description: 'Where it is revoked.', schema: { type: 'string' as const } } },
      ...json(CreatedPersonalToken),
    },
    ...problems(400, 401, 409, 413, 415, 422, 429, 503),
  },
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/auth/tokens',
  operationId: 'listPersonalTokens',
  tags,
  summary: 'My tokens of applications',
  description: 'Those that can be used, the newest first. The tokens themselves are not shown again.',
  ...signedIn,
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: { description: 'A page of them.', ...json(Page(PersonalToken)) },
    ...problems(400, 401, 422, 429, 503),
  },
})

const revoke = createRoute({
  method: 'delete',
  path: '/api/v1/auth/tokens/{id}',
  operationId: 'revokePersonalToken',
  tags,
  summary: 'Revoke a token',
  description:
    'Nothing is let in by it from then on, and live streams that it opened end. One that is revoked stays so.',
  ...signedIn,
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: { description: 'It is revoked.' }, ...problems(401, 404, 422, 429, 503) },
})

const exchange = createRoute({
  method: 'post',
  path: '/api/v1/auth/tokens/exchange',
  operationId: 'exchangePersonalToken',
  tags,
  summary: 'A short-lived access token for a personal one',
  description:
    'What the gateway does by itself with each request that bears a personal token: nobody has to call this. The scopes are those of the token ' +
    "that its owner's role still gives.",
  security: [],
  middleware: [noStore],
  request: { body: { required: true, ...json(TokenExchange) } },
  responses: {
    200: { description: 'The access token.', ...json(ExchangedToken) },
    ...problems(400, 401, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'refresh',
})

/** Tokens that people make for applications. */
export function personalTokenRoutes(deps: AppDeps) {
  const router = createRouter({ read: 'account', write: 'account' })

  router.openapi(create, async (c) => {
    const answer = await createPersonalToken({ em: emOf(c), viewer: viewerOf(c) }, c.req.valid('json'))
    return created(c, answer, `/api/v1/auth/tokens/${answer.id}`)
  })

  router.openapi(list, async (c) => {
    const viewer = viewerOf(c)
    const tokens = await readPage(deps.cursors, `tokens:${viewer.id}`, c.req.valid('query'), (before, limit) =>
      listPersonalTokens({ em: emOf(c), viewer }, { before, limit }),
    )
    return c.json(tokens, 200)
  })

  router.openapi(revoke, async (c) => {
    const { endedSessions } = deps
    await revokePersonalToken({ em: emOf(c), viewer: viewerOf(c), endedSessions }, { tokenId: c.req.valid('param').id })
    return c.body(null, 204)
  })

  router.openapi(exchange, async (c) => {
    const { accessTokens } = deps
    return c.json(await exchangePersonalToken({ em: emOf(c), accessTokens }, c.req.valid('json')), 200)
  })

  return router
}
