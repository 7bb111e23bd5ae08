import {
  Applicant,
  CreatedInvitation,
  DecisionReason,
  Invitation,
  InvitedBy,
  NewInvitation,
  Page,
  problems,
  RegistrationRules,
} from '@daguerre/contracts'
import { pageQuery, readPage } from '@daguerre/kit/cursor'
import { createRoute, createRouter, created, emOf, signedIn, viewerOf, withScope, z } from '@daguerre/kit/http'
import { signedInIdempotent } from '@daguerre/kit/idempotency'
import type { AppDeps } from '../app.ts'
import { createInvitation } from '../registration/create-invitation.ts'
import { decideApplication } from '../registration/decide-application.ts'
import { findInviter } from '../registration/find-inviter.ts'
import { listApplicants } from '../registration/list-applicants.ts'
import { listInvitations } from '../registration/list-invitations.ts'
import { revokeInvitation } from '../registration/revoke-invitation.ts'
import { noStore } from './no-store.ts'

const tags = ['registration']
const IdParam = z.object({ id: z.uuid() })
const Declining = z
  .strictObject({
    reason: DecisionReason.openapi({ description: 'The applicant is told; it stands in the audit log.' }),
  })
  .openapi('Declining')

function json<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } } }
}

const rulesRoute = createRoute({
  method: 'get',
  path: '/api/v1/auth/registration',
  operationId: 'getRegistrationRules',
  tags,
  summary: 'Who may make an account here',
  security: [],
  responses: { 200: { description: 'The rules of this place.', ...json(RegistrationRules) }, ...problems(429, 503) },
})

const invite = createRoute({
  method: 'post',
  path: '/api/v1/auth/invitations',
  operationId: 'createInvitation',
  tags,
  summary: 'Invite somebody',
  description:
    'For admins, and for members as many as this place lets them (403 auth.may_not_invite, 409 auth.invitations_used). The code is in this answer and ' +
    'nowhere else. It lets people in in every mode of registration.',
  ...signedInIdempotent,
  middleware: [noStore, ...signedInIdempotent.middleware],
  request: { body: { required: true, ...json(NewInvitation) } },
  responses: {
    201: {
      description: 'The invitation.',
      headers: { Location: { description: 'Where it is taken back.', schema: { type: 'string' as const } } },
      ...json(CreatedInvitation),
    },
    ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
})

const invitations = createRoute({
  method: 'get',
  path: '/api/v1/auth/invitations',
  operationId: 'listInvitations',
  tags,
  summary: 'My invitations',
  description:
    'Those that have not ended, the newest first; for an admin those of everybody. Codes are not shown again.',
  ...signedIn,
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: { description: 'A page of them.', ...json(Page(Invitation)) },
    ...problems(400, 401, 422, 429, 503),
  },
})

const revoke = createRoute({
  method: 'delete',
  path: '/api/v1/auth/invitations/{id}',
  operationId: 'revokeInvitation',
  tags,
  summary: 'Take an invitation back',
  description: 'Nobody comes in by it any more; who has come stays. Admins take back those of everybody.',
  ...signedIn,
  request: { params: IdParam },
  responses: { 204: { description: 'It is gone.' }, ...problems(401, 404, 422, 429, 503) },
})

const applicants = createRoute({
  method: 'get',
  path: '/api/v1/moderation/registrations',
  operationId: 'listApplicants',
  tags,
  summary: 'Who waits to be let in',
  description: 'Who came first is first. Only those whose address is confirmed, where mail is sent.',
  ...signedIn,
  ...withScope('moderate'),
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: { description: 'A page of them.', ...json(Page(Applicant)) },
    ...problems(400, 401, 403, 422, 429, 503),
  },
})

const approve = createRoute({
  method: 'post',
  path: '/api/v1/moderation/registrations/{id}/approve',
  operationId: 'approveApplicant',
  tags,
  summary: 'Let somebody in',
  description: 'They are told by mail, and can sign in. It stands in the audit log.',
  ...signedIn,
  ...withScope('moderate'),
  request: { params: IdParam },
  responses: { 204: { description: 'They have an account.' }, ...problems(401, 403, 404, 422, 429, 503) },
})

const decline = createRoute({
  method: 'post',
  path: '/api/v1/moderation/registrations/{id}/decline',
  operationId: 'declineApplicant',
  tags,
  summary: 'Do not let somebody in',
  description:
    'They are told why by mail, nothing of them stays, and the username is free. It stands in the audit log.',
  ...signedIn,
  ...withScope('moderate'),
  request: { params: IdParam, body: { required: true, ...json(Declining) } },
  responses: { 204: { description: 'They are gone.' }, ...problems(400, 401, 403, 404, 413, 415, 422, 429, 503) },
})

const inviter = createRoute({
  method: 'get',
  path: '/api/v1/moderation/accounts/{id}/inviter',
  operationId: 'getInviter',
  tags,
  summary: 'Who invited somebody, and whom they invited',
  ...signedIn,
  ...withScope('moderate'),
  request: { params: IdParam },
  responses: {
    200: { description: 'As far as it is known.', ...json(InvitedBy) },
    ...problems(401, 403, 404, 422, 429, 503),
  },
})

/** How people come to have accounts. */
export function registrationRoutes(deps: AppDeps) {
  const { config, mail } = deps
  const router = createRouter({ read: 'account', write: 'account' })

  router.openapi(rulesRoute, (c) => {
    return c.json({ mode: config.REGISTRATION, membersInvite: config.INVITATIONS_PER_MEMBER > 0 }, 200)
  })

  router.openapi(invite, async (c) => {
    const inside = { em: emOf(c), viewer: viewerOf(c), rules: config, publicUrl: config.PUBLIC_URL }
    const answer = await createInvitation(inside, c.req.valid('json'))
    return created(c, answer, `/api/v1/auth/invitations/${answer.id}`)
  })

  router.openapi(invitations, async (c) => {
    const viewer = viewerOf(c)
    const listed = await readPage(deps.cursors, `invitations:${viewer.id}`, c.req.valid('query'), (before, limit) =>
      listInvitations({ em: emOf(c), viewer }, { before, limit }),
    )
    return c.json(listed, 200)
  })

  router.openapi(revoke, async (c) => {
    await revokeInvitation({ em: emOf(c), viewer: viewerOf(c) }, c.req.valid('param'))
    return c.body(null, 204)
  })

  router.openapi(applicants, async (c) => {
    const listed = await readPage(deps.cursors, 'applicants', c.req.valid('query'), (after, limit) =>
      listApplicants({ em: emOf(c) }, { after, limit }),
    )
    return c.json(listed, 200)
  })

  router.openapi(approve, async (c) => {
    const { id } = c.req.valid('param')
    await decideApplication({ em: emOf(c), viewer: viewerOf(c), mail }, { id, outcome: 'approved', reason: '' })
    return c.body(null, 204)
  })

  router.openapi(decline, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json'), outcome: 'declined' } as const
    await decideApplication({ em: emOf(c), viewer: viewerOf(c), mail }, input)
    return c.body(null, 204)
  })

  router.openapi(inviter, async (c) => c.json(await findInviter({ em: emOf(c) }, c.req.valid('param').id), 200))

  return router
}
