import {
  AllowedApplication,
  Application,
  ApplicationSecret,
  Authorization,
  CreatedApplication,
  GrantScope,
  Page,
  problems,
  ProblemDetails,
} from '@daguerre/contracts'
import { pageQuery, readPage } from '@daguerre/kit/cursor'
import { createRoute, createRouter, created, emOf, signedIn, viewerOf, z } from '@daguerre/kit/http'
import { signedInIdempotent } from '@daguerre/kit/idempotency'
import { notFound } from '@daguerre/kit/problem'
import type { Context } from 'hono'
import type { AppDeps } from '../app.ts'
import { answerTokenRequest } from '../oauth/answer-token-request.ts'
import { authorize } from '../oauth/authorize.ts'
import { authenticateClient } from '../oauth/client.ts'
import {
  createApplication,
  deleteApplication,
  editApplication,
  listApplications,
  renewSecret,
} from '../oauth/develop.ts'
import { listAllowedApplications, takeBackGrants } from '../oauth/grants.ts'
import { readCredentials } from '../oauth/read-credentials.ts'
import { revokeToken } from '../oauth/revoke-token.ts'
import { noStore } from './no-store.ts'
import {
  ApplicationEdit,
  AuthorizationQuestion,
  NewApplication,
  OAuthError,
  OAuthMetadata,
  OAuthTokens,
  RevocationForm,
  TokenForm,
} from './oauth-schemas.ts'

const tags = ['applications']
const withId = { params: z.object({ id: z.uuid() }) }

function json<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } } }
}

const register = createRoute({
  method: 'post',
  path: '/api/v1/auth/applications',
  operationId: 'createApplication',
  tags,
  summary: 'Register an application',
  description:
    'One that other people let act for them (OAuth 2.1). The secret of a confidential one is in this answer and nowhere else.',
  ...signedInIdempotent,
  middleware: [noStore, ...signedInIdempotent.middleware],
  request: { body: { required: true, ...json(NewApplication) } },
  responses: {
    201: {
      description: 'The application.',
      headers: { Location: { description: 'Where it is changed.', schema: { type: 'string' as const } } },
      ...json(CreatedApplication),
    },
    ...problems(400, 401, 404, 409, 413, 415, 422, 429, 503),
  },
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/auth/applications',
  operationId: 'listApplications',
  tags,
  summary: 'Applications that I develop',
  description: 'The newest first.',
  ...signedIn,
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: { description: 'A page of them.', ...json(Page(Application)) },
    ...problems(400, 401, 404, 422, 429, 503),
  },
})

const edit = createRoute({
  method: 'patch',
  path: '/api/v1/auth/applications/{id}',
  operationId: 'editApplication',
  tags,
  summary: 'Change an application of mine',
  ...signedIn,
  request: { ...withId, body: { required: true, ...json(ApplicationEdit) } },
  responses: {
    200: { description: 'As it is now.', ...json(Application) },
    ...problems(400, 401, 404, 413, 415, 422, 429, 503),
  },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/v1/auth/applications/{id}',
  operationId: 'deleteApplication',
  tags,
  summary: 'Delete an application of mine',
  description: 'It acts for nobody from then on.',
  ...signedIn,
  request: withId,
  responses: { 204: { description: 'It is gone.' }, ...problems(401, 404, 422, 429, 503) },
})

const secret = createRoute({
  method: 'post',
  path: '/api/v1/auth/applications/{id}/secret',
  operationId: 'renewApplicationSecret',
  tags,
  summary: 'Give an application of mine another secret',
  description: 'The one before is nothing from then on. This one is in this answer and nowhere else.',
  ...signedIn,
  middleware: [noStore, ...signedIn.middleware],
  request: withId,
  responses: {
    200: { description: 'The secret.', ...json(ApplicationSecret) },
    ...problems(401, 404, 409, 422, 429, 503),
  },
})

const listAllowed = createRoute({
  method: 'get',
  path: '/api/v1/auth/grants',
  operationId: 'listGrants',
  tags,
  summary: 'Applications that act for me',
  description: 'Those of others that I have let, the youngest first.',
  ...signedIn,
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: { description: 'A page of them.', ...json(Page(AllowedApplication)) },
    ...problems(400, 401, 404, 422, 429, 503),
  },
})

const takeBack = createRoute({
  method: 'delete',
  path: '/api/v1/auth/grants/{id}',
  operationId: 'takeBackGrant',
  tags,
  summary: 'Take back what I let an application do',
  description: 'By the id of the application. Within a second its tokens open nothing, live streams included.',
  ...signedIn,
  request: withId,
  responses: { 204: { description: 'It is taken back.' }, ...problems(401, 404, 422, 429, 503) },
})

const ask = createRoute({
  method: 'post',
  path: '/api/v1/oauth/authorize',
  operationId: 'authorizeApplication',
  tags,
  summary: 'Be asked by an application, and decide',
  description:
    'For the page that applications send the browser to (`/oauth/authorize`): it sends what stands in its address, and then again with what the person has ' +
    'decided. To allow it the session must be fresh, as for a personal token. Who an application is, and where it may be sent back to, is looked at first: ' +
    'what is wrong with these is told here, and nothing is sent anywhere.',
  ...signedIn,
  middleware: [noStore, ...signedIn.middleware],
  request: { body: { required: true, ...json(AuthorizationQuestion) } },
  responses: {
    200: { description: 'What is asked, or where the browser goes.', ...json(Authorization) },
    ...problems(400, 401, 404, 413, 415, 422, 429, 503),
  },
})

/** Refused as RFC 6749 §5.2 has it; what the gateway says itself is a problem, as everywhere. */
function refusal(description: string) {
  return {
    description,
    content: { 'application/json': { schema: OAuthError }, 'application/problem+json': { schema: ProblemDetails } },
  }
}

const token = createRoute({
  method: 'post',
  path: '/api/v1/oauth/token',
  operationId: 'issueTokens',
  tags,
  summary: 'Tokens for a code, or for a refresh token',
  description:
    'OAuth 2.1: `authorization_code` with PKCE (S256), and `refresh_token`. A confidential application sends its secret as `client_secret`, or by HTTP Basic. A refresh token is ' +
    'used once; one that comes again later than a lost answer would explain ends the grant, as does a code that comes twice.',
  security: [],
  middleware: [noStore],
  request: {
    body: { required: true, content: { 'application/x-www-form-urlencoded': { schema: TokenForm } } },
  },
  responses: {
    200: { description: 'The tokens.', ...json(OAuthTokens) },
    400: refusal('It does not hold.'),
    401: refusal('The application is not who it says it is.'),
    ...problems(404, 413, 429, 503),
  },
  'x-body-limit': 16_384,
  'x-rate-limit': 'oauth',
})

const revoke = createRoute({
  method: 'post',
  path: '/api/v1/oauth/revoke',
  operationId: 'revokeTokens',
  tags,
  summary: 'Give back what a person allowed',
  description: 'RFC 7009. By either token of a grant all of it ends. A token that is nothing is answered alike.',
  security: [],
  middleware: [noStore],
  request: {
    body: { required: true, content: { 'application/x-www-form-urlencoded': { schema: RevocationForm } } },
  },
  responses: {
    200: { description: 'It is nothing now.', ...json(z.object({})) },
    400: refusal('It does not hold.'),
    401: refusal('The application is not who it says it is.'),
    ...problems(404, 413, 429, 503),
  },
  'x-body-limit': 16_384,
  'x-rate-limit': 'oauth',
})

const metadata = createRoute({
  method: 'get',
  path: '/.well-known/oauth-authorization-server',
  operationId: 'getOAuthMetadata',
  tags,
  summary: 'What an application needs to know of this server',
  description: 'RFC 8414.',
  security: [],
  responses: { 200: { description: 'The metadata.', ...json(OAuthMetadata) }, ...problems(404, 429, 503) },
})

/** Applications of third parties (OAuth 2.1). */
export function oauthRoutes(deps: AppDeps) {
  const { config, endedSessions } = deps
  const issuer = config.PUBLIC_URL
  const router = createRouter({ read: 'account', write: 'account' })
  for (const path of ['/api/v1/auth/applications/*', '/api/v1/auth/grants/*', '/api/v1/oauth/*', metadata.path]) {
    router.use(path, async (_, next) => {
      if (!config.OAUTH_APPLICATIONS) throw notFound('oauth.off', 'Applications are switched off here.')
      await next()
    })
  }

  router.openapi(register, async (c) => {
    const answer = await createApplication({ em: emOf(c), viewer: viewerOf(c) }, c.req.valid('json'))
    return created(c, answer, `/api/v1/auth/applications/${answer.id}`)
  })

  router.openapi(list, async (c) => {
    const viewer = viewerOf(c)
    const page = await readPage(deps.cursors, `applications:${viewer.id}`, c.req.valid('query'), (before, limit) =>
      listApplications({ em: emOf(c), viewer }, { before, limit }),
    )
    return c.json(page, 200)
  })

  router.openapi(edit, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(await editApplication({ em: emOf(c), viewer: viewerOf(c) }, { id, edit: c.req.valid('json') }), 200)
  })

  router.openapi(remove, async (c) => {
    await deleteApplication({ em: emOf(c), viewer: viewerOf(c), endedSessions }, c.req.valid('param'))
    return c.body(null, 204)
  })

  router.openapi(secret, async (c) => {
    return c.json(await renewSecret({ em: emOf(c), viewer: viewerOf(c) }, c.req.valid('param')), 200)
  })

  router.openapi(listAllowed, async (c) => {
    const viewer = viewerOf(c)
    const page = await readPage(deps.cursors, `grants:${viewer.id}`, c.req.valid('query'), (before, limit) =>
      listAllowedApplications({ em: emOf(c), viewer }, { before, limit }),
    )
    return c.json(page, 200)
  })

  router.openapi(takeBack, async (c) => {
    const { id: clientId } = c.req.valid('param')
    await takeBackGrants({ em: emOf(c), viewer: viewerOf(c), endedSessions }, { clientId })
    return c.body(null, 204)
  })

  router.openapi(ask, async (c) => {
    return c.json(await authorize({ em: emOf(c), viewer: viewerOf(c), issuer }, c.req.valid('json')), 200)
  })

  router.openapi(
    token,
    async (c) => {
      const { accessTokens, mail } = deps
      const fields = c.req.valid('form')
      const credentials = readCredentials(fields, c.req.header('authorization'))
      if (!credentials) return refuseClient(c)
      const { status, body } = await answerTokenRequest(
        {
          ...{ em: emOf(c), accessTokens, endedSessions, mail },
          refreshTokenSeconds: config.REFRESH_TOKEN_DAYS * 86_400,
          graceSeconds: config.REFRESH_GRACE_SECONDS,
        },
        { fields, credentials },
      )
      return body['error'] === 'invalid_client' ? refuseClient(c) : c.json(body as never, status as 200)
    },
    refuseForm,
  )

  router.openapi(
    revoke,
    async (c) => {
      const { token, ...fields } = c.req.valid('form')
      const credentials = readCredentials(fields, c.req.header('authorization'))
      const client = credentials && (await authenticateClient(emOf(c), credentials))
      if (!client) return refuseClient(c)
      await revokeToken({ em: emOf(c), endedSessions, verifier: deps.verifier! }, { clientId: client.id, token })
      return c.json({}, 200)
    },
    refuseForm,
  )

  router.openapi(metadata, (c) =>
    c.json(
      {
        issuer,
        authorization_endpoint: `${issuer}/oauth/authorize`,
        token_endpoint: `${issuer}${token.path}`,
        revocation_endpoint: `${issuer}${revoke.path}`,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        scopes_supported: GrantScope.options,
        response_types_supported: ['code'],
        response_modes_supported: ['query'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: authMethods,
        revocation_endpoint_auth_methods_supported: authMethods,
        authorization_response_iss_parameter_supported: true,
        service_documentation: `${issuer}/docs`,
      },
      200,
    ),
  )

  return router
}

const authMethods = ['none', 'client_secret_post', 'client_secret_basic']

/** RFC 6749 §5.2. */
function refuseClient(c: Context) {
  if (c.req.header('authorization') !== undefined) c.header('www-authenticate', 'Basic realm="daguerre"')
  return c.json({ error: 'invalid_client' }, 401)
}

/** A form that cannot be taken, as RFC 6749 §5.2 has it: above all one that names something twice. */
function refuseForm(result: { success: boolean; error?: z.ZodError }, c: Context) {
  if (result.success) return undefined
  const path = String(result.error?.issues[0]?.path[0] ?? '')
  return c.json({ error: 'invalid_request', error_description: `Missing, doubled or malformed: ${path}` }, 400)
}
