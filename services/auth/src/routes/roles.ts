import { DecisionReason, Page, PersonRef, problems, Role } from '@daguerre/contracts'
import { pageQuery, readPage } from '@daguerre/kit/cursor'
import { createRoute, createRouter, emOf, signedIn, viewerOf, withScope, z } from '@daguerre/kit/http'
import type { AppDeps } from '../app.ts'
import { freeAccount } from '../factor/free-account.ts'
import { changeRole } from '../role/change-role.ts'
import { becomeFirstAdmin } from '../role/first-admin.ts'
import { listRoles } from '../role/list-roles.ts'
import { LinkToken } from './schemas.ts'

const tags = ['roles']
const RoleHolder = z.object({ id: z.uuid(), username: z.string(), role: Role }).openapi('RoleHolder')
const RoleChange = z.strictObject({ role: Role, reason: DecisionReason }).openapi('RoleChange')
const Freeing = z.strictObject({ reason: DecisionReason }).openapi('Freeing')
const FirstAdmin = z.strictObject({ token: LinkToken }).openapi('FirstAdmin')

function json<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } } }
}

const first = createRoute({
  method: 'post',
  path: '/api/v1/auth/first-admin',
  operationId: 'becomeFirstAdmin',
  tags,
  summary: 'Become the first admin',
  description:
    'With the token of the link that the server prints when it starts and nobody is admin. It works once and for 24 hours. The role is in ' +
    'the next access token.',
  ...signedIn,
  request: { body: { required: true, ...json(FirstAdmin) } },
  responses: { 204: { description: 'You are.' }, ...problems(400, 401, 409, 410, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'login',
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/admin/roles',
  operationId: 'listRoles',
  tags,
  summary: 'Who is moderator or admin',
  ...signedIn,
  ...withScope('admin'),
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: { description: 'A page of them.', ...json(Page(RoleHolder)) },
    ...problems(400, 401, 403, 422, 429, 503),
  },
})

const change = createRoute({
  method: 'put',
  path: '/api/v1/admin/roles/{id}',
  operationId: 'changeRole',
  tags,
  summary: 'Give somebody a role',
  description:
    'The id or the username of an account. A lower role than before ends all sessions of that account. There is always an admin: the last one ' +
    'stays (409, auth.last_admin).',
  ...signedIn,
  ...withScope('account', 'admin'),
  request: { params: z.strictObject({ id: PersonRef }), body: { required: true, ...json(RoleChange) } },
  responses: {
    200: { description: 'As it is now.', ...json(RoleHolder) },
    ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
  },
})

const free = createRoute({
  method: 'post',
  path: '/api/v1/admin/accounts/{id}/free',
  operationId: 'freeAccount',
  tags,
  summary: 'Free somebody who has lost all second factors',
  description:
    'The id or the username of an account. Its authenticator app, passkeys and recovery codes go, with all of its sessions and tokens, and its owner is ' +
    'told; the password stays what opens it. Make sure before who asks for it: with the password, this is the account.',
  ...signedIn,
  ...withScope('account', 'admin'),
  request: { params: z.strictObject({ id: PersonRef }), body: { required: true, ...json(Freeing) } },
  responses: { 204: { description: 'It has none.' }, ...problems(400, 401, 403, 404, 413, 415, 422, 429, 503) },
})

/** Who may do what others may not. */
export function roleRoutes(deps: AppDeps) {
  const router = createRouter({ read: 'admin', write: 'account' })

  router.openapi(first, async (c) => {
    await becomeFirstAdmin({ em: emOf(c), viewer: viewerOf(c) }, c.req.valid('json'))
    return c.body(null, 204)
  })

  router.openapi(list, async (c) => {
    const listed = await readPage(deps.cursors, 'roles', c.req.valid('query'), (before, limit) =>
      listRoles({ em: emOf(c) }, { before, limit }),
    )
    return c.json(listed, 200)
  })

  router.openapi(change, async (c) => {
    const { endedSessions, log } = deps
    const { role, reason } = c.req.valid('json')
    const inside = { em: emOf(c), viewer: viewerOf(c), endedSessions, log }
    return c.json(await changeRole(inside, { person: c.req.valid('param').id, role, reason }), 200)
  })

  router.openapi(free, async (c) => {
    const inside = { ...deps, em: emOf(c), viewer: viewerOf(c) }
    await freeAccount(inside, { person: c.req.valid('param').id, ...c.req.valid('json') })
    return c.body(null, 204)
  })

  return router
}
