import {
  AccountStanding,
  Act,
  AppealAnswer,
  AppealState,
  AuditEntry,
  BlockedText,
  Case,
  CaseDetail,
  CaseEdit,
  CaseNote,
  CaseReason,
  CaseState,
  type Named,
  NewAct,
  NewAppeal,
  NewBlockedText,
  NewCaseNote,
  NewReport,
  OwnAct,
  Page,
  PhotoBlock,
  problems,
  SubjectKind,
} from '@daguerre/contracts'
import { type CursorCodec, pageQuery, readPage } from '@daguerre/kit/cursor'
import {
  anyone,
  created,
  createRoute,
  createRouter,
  emOf,
  maybeViewerOf,
  signedIn,
  viewerOf,
  withScope,
  z,
} from '@daguerre/kit/http'
import { idempotentAfter, signedInIdempotent } from '@daguerre/kit/idempotency'
import { invalid } from '@daguerre/kit/problem'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { noteModerator } from '../account/note-moderator.ts'
import { readAccount } from '../account/read-account.ts'
import { toAct, toOwnAct } from '../act/act.ts'
import { checkRank } from '../act/check-rank.ts'
import { findPersonOf, findSubject } from '../act/find-subject.ts'
import { listActsOfPerson, readAct } from '../act/list-acts.ts'
import { performAct } from '../act/perform-act.ts'
import type { AppDeps } from '../app.ts'
import { answerAppeal, findAppellant } from '../appeal/answer-appeal.ts'
import { listAppeals } from '../appeal/list-appeals.ts'
import { makeAppeal } from '../appeal/make-appeal.ts'
import { listEntries } from '../audit/list-entries.ts'
import { addNote } from '../case/add-note.ts'
import { blockText, unblockText } from '../blocked-text/block-text.ts'
import { listTexts, readRules } from '../blocked-text/list-texts.ts'
import { type Look, toCase } from '../case/case.ts'
import { changeCase } from '../case/change-case.ts'
import { listCases } from '../case/list-cases.ts'
import { checkCase, readCase } from '../case/read-case.ts'
import { blockPhotos } from '../photo-block/block-photos.ts'
import { findHashes } from '../photo-block/find-hashes.ts'
import { listBlocks } from '../photo-block/list-blocks.ts'
import { unblockPhoto } from '../photo-block/unblock-photo.ts'
import { reportSubject } from '../report/report-subject.ts'

const tags = ['moderation']
const byId = z.strictObject({ id: z.uuid().toLowerCase() })
const done = { description: 'It is so, however often this is said.' }
/** For who has the scope: what they do is on record. */
const moderating = { ...signedIn, ...withScope('moderate'), tags }

function answers<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

function body<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { 'application/json': { schema } } } }
}

/** Reports and appeals of people, and what moderators see and do. */
export function publicRoutes({
  neighbours,
  grants,
  keepTextRules,
  cursors,
  clock,
  config,
  forkEm,
  log,
}: AppDeps & { cursors: CursorCodec }) {
  /** All services know the list before who has changed it is answered; a job makes up for what this misses. */
  const telling = createMiddleware(async (c, next) => {
    await next()
    if (!c.res.ok) return
    await readRules(forkEm())
      .then(keepTextRules)
      .catch((error: unknown) => log.warn({ err: error }, 'the list of blocked texts could not be told'))
  })
  const router = createRouter({ read: 'read', write: 'interact' })

  router.openapi(
    createRoute({
      ...signedIn,
      tags,
      method: 'post',
      path: '/api/v1/reports',
      operationId: 'report',
      summary: 'Report a post, a comment or an account',
      description:
        'Moderators look at it; nobody else learns who has reported. Said again while they do, it changes nothing. What you may not see you cannot report.',
      request: body(NewReport),
      responses: { 204: done, ...problems(400, 401, 404, 413, 415, 422, 429, 503) },
    }),
    async (c) => {
      const report = c.req.valid('json')
      const viewer = viewerOf(c)
      const found = await findSubject(neighbours, report.subject, viewer.id)
      const mostPerDay = config.REPORTS_PER_DAY
      await reportSubject({ em: emOf(c), reporter: nameOf(viewer), now: clock(), mostPerDay }, report, found)
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      tags,
      method: 'get',
      path: '/api/v1/users/me/acts',
      operationId: 'listOwnActs',
      summary: 'What moderators have done about you',
      description: 'The latest first, with your appeals and the answers to them.',
      request: { query: z.strictObject(pageQuery) },
      responses: { 200: answers('A page of acts.', Page(OwnAct).openapi('OwnActPage')), ...problems(400, 401, 422) },
    }),
    async (c) => {
      const personId = viewerOf(c).id
      const query = c.req.valid('query')
      const { items, nextCursor } = await readPage(cursors, `own-acts:${personId}`, query, (before, limit) =>
        listActsOfPerson(emOf(c), { personId, before, limit }),
      )
      return c.json({ items: items.map(toOwnAct), nextCursor }, 200)
    },
  )

  router.openapi(
    createRoute({
      ...anyone,
      tags,
      method: 'post',
      path: '/api/v1/appeals',
      operationId: 'appeal',
      summary: 'Appeal against what a moderator has done',
      description:
        'Once for each act. Whose account is suspended need not be signed in: the problem that turns them away names the act.',
      request: body(NewAppeal),
      responses: { 204: done, ...problems(400, 401, 404, 409, 413, 415, 422, 429) },
    }),
    async (c) => {
      const viewerId = maybeViewerOf(c)?.id ?? null
      await makeAppeal({ em: emOf(c), viewerId, now: clock() }, c.req.valid('json'))
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'get',
      path: '/api/v1/moderation/cases',
      operationId: 'listCases',
      summary: 'What has been reported',
      description: 'All reports of one subject are one case until it is closed. The latest case first.',
      request: {
        query: z.strictObject({
          ...pageQuery,
          state: CaseState.optional(),
          kind: SubjectKind.optional(),
          reason: CaseReason.optional(),
        }),
      },
      responses: { 200: answers('A page of cases.', Page(Case).openapi('CasePage')), ...problems(400, 401, 403, 422) },
    }),
    async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query')
      const { id: moderatorId } = await moderatorOf(c)
      const scope = `cases:${filter.state ?? ''}:${filter.kind ?? ''}:${filter.reason ?? ''}`
      const { items, nextCursor } = await readPage(cursors, scope, { limit, cursor }, (before, most) =>
        listCases(emOf(c), { ...filter, moderatorId, before, limit: most }),
      )
      const { grantOf } = await lookOf(c)
      return c.json({ items: items.map((row) => toCase(row, grantOf)), nextCursor }, 200)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'get',
      path: '/api/v1/moderation/cases/{id}',
      operationId: 'getCase',
      summary: 'A case with its reports, notes and acts',
      request: { params: byId },
      responses: { 200: answers('The case.', CaseDetail), ...problems(401, 403, 404, 422) },
    }),
    async (c) => c.json(await readCase(emOf(c), c.req.valid('param').id, await lookOf(c)), 200),
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'patch',
      path: '/api/v1/moderation/cases/{id}',
      operationId: 'editCase',
      summary: 'Take a case, give it back, close it',
      description: 'What somebody works on nobody else takes or closes: 409 `case.taken`. Anybody may give it back.',
      request: { params: byId, ...body(CaseEdit) },
      responses: { 200: answers('The case.', CaseDetail), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const moderator = await moderatorOf(c)
      await changeCase({ em: emOf(c), moderator, now: clock() }, id, c.req.valid('json').state)
      return c.json(await readCase(emOf(c), id, await lookOf(c)), 200)
    },
  )

  router.openapi(
    createRoute({
      ...signedInIdempotent,
      ...withScope('moderate'),
      tags,
      method: 'post',
      path: '/api/v1/moderation/cases/{id}/notes',
      operationId: 'addCaseNote',
      summary: 'Note something for the other moderators',
      request: { params: byId, ...body(NewCaseNote) },
      responses: { 201: answers('The note.', CaseNote), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
    }),
    async (c) => {
      const author = nameOf(viewerOf(c))
      const { id } = c.req.valid('param')
      const note = await addNote({ em: emOf(c), author, now: clock() }, id, c.req.valid('json').text)
      return created(c, note, `/api/v1/moderation/cases/${id}`)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'post',
      path: '/api/v1/moderation/acts',
      operationId: 'act',
      summary: 'Do something about a post, a comment or an account',
      description:
        'The person is told, with the reason, and may appeal once. A removed post or comment is gone for good. A suspension or a ban ends all sessions within a second and hides what the account has posted; `lift` restores it. What is so already is 409 `act.nothing_to_do`. About moderators and admins an admin decides (403 `act.above`), and nobody about themselves (422 `act.self`). With `blockPhotos` what looks like the photos of a removed post is refused from now on; 422 `photo_block.nothing_to_compare` if they are plain surfaces.',
      request: body(NewAct),
      responses: { 201: answers('The act.', Act), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
    }),
    async (c) => {
      const { kind, subject, reason, until, caseId, blockPhotos: isBlocking } = c.req.valid('json')
      const viewer = viewerOf(c)
      const moderator = nameOf(viewer)
      return idempotentAfter(
        c,
        async () => {
          const person = await findPersonOf({ em: emOf(c), neighbours }, subject)
          await checkRank(neighbours, viewer, person.id)
          return { person, hashes: isBlocking ? await findHashes(neighbours, subject) : [] }
        },
        async ({ person, hashes }) => {
          const em = emOf(c)
          const now = clock()
          if (until !== null && new Date(until) <= now) {
            throw invalid([{ pointer: '#/until', detail: 'has passed' }])
          }
          if (caseId !== null) await checkCase(em, caseId, person.id)
          await noteModerator(em, moderator, now)
          const id = await em.transactional(async (tx) => {
            const acting = { kind, subject, person, reason, until, caseId }
            const actId = await performAct({ em: tx, moderator, now }, acting)
            await blockPhotos({ tx, moderator, now }, { hashes, personId: person.id, reason })
            return actId
          })
          return created(c, toAct((await readAct(em, id))!), `/api/v1/moderation/accounts/${person.id}`)
        },
      )
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'get',
      path: '/api/v1/moderation/accounts/{id}',
      operationId: 'getAccountStanding',
      summary: 'How an account stands',
      description: 'With the latest cases about it, its posts and its comments, and what was done.',
      request: { params: byId },
      responses: { 200: answers('The account.', AccountStanding), ...problems(401, 403, 404, 422, 503) },
    }),
    async (c) => {
      const inside = { em: emOf(c), neighbours }
      return c.json(await readAccount(inside, c.req.valid('param').id, await lookOf(c)), 200)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'get',
      path: '/api/v1/moderation/appeals',
      operationId: 'listAppeals',
      summary: 'Acts against which people appeal',
      description: 'The latest appeal first.',
      request: { query: z.strictObject({ ...pageQuery, state: AppealState.optional() }) },
      responses: { 200: answers('A page of acts.', Page(Act).openapi('ActPage')), ...problems(400, 401, 403, 422) },
    }),
    async (c) => {
      const { state, ...query } = c.req.valid('query')
      const { id: moderatorId } = await moderatorOf(c)
      const { items, nextCursor } = await readPage(
        cursors,
        `appeals:${state ?? ''}`,
        query,
        (before, limit) => listAppeals(emOf(c), { state, moderatorId, before, limit }),
        { schema: z.uuid(), of: (act) => act.appeal_id! },
      )
      return c.json({ items: items.map(toAct), nextCursor }, 200)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'post',
      path: '/api/v1/moderation/appeals/{id}/answer',
      operationId: 'answerAppeal',
      summary: 'Answer an appeal',
      description:
        '`overturned` takes back what can be taken back. Not by whose act it was, as long as another moderator is about: 409 `appeal.own_act`. What concerns moderators and admins an admin answers: 403 `act.above`.',
      request: { params: byId, ...body(AppealAnswer) },
      responses: { 204: { description: 'It is answered.' }, ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
    }),
    async (c) => {
      const moderator = await moderatorOf(c)
      const { id } = c.req.valid('param')
      await checkRank(neighbours, viewerOf(c), await findAppellant(emOf(c), id))
      await answerAppeal({ em: emOf(c), moderator, now: clock() }, id, c.req.valid('json'))
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'get',
      path: '/api/v1/moderation/photo-blocks',
      operationId: 'listPhotoBlocks',
      summary: 'Photos that nobody may bring any more',
      description:
        'Whoever removes a post may have its photos blocked (`blockPhotos` of the act): new ones that look like them fail as `blocked`, and a case about their owner comes by itself. Of those that are here already there is a case too, and they stay. The latest first.',
      request: { query: z.strictObject(pageQuery) },
      responses: {
        200: answers('A page of blocks.', Page(PhotoBlock).openapi('PhotoBlockPage')),
        ...problems(400, 401, 403, 422),
      },
    }),
    async (c) => {
      const blocks = await readPage(cursors, 'photo-blocks', c.req.valid('query'), (before, limit) =>
        listBlocks(emOf(c), { before, limit }),
      )
      return c.json(blocks, 200)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'delete',
      path: '/api/v1/moderation/photo-blocks/{id}',
      operationId: 'unblockPhoto',
      summary: 'Let photos in again that look like a blocked one',
      request: { params: byId },
      responses: { 204: { description: 'It is no longer blocked.' }, ...problems(401, 403, 404, 422) },
    }),
    async (c) => {
      const moderator = await moderatorOf(c)
      await unblockPhoto({ em: emOf(c), moderator, now: clock() }, c.req.valid('param').id)
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'get',
      path: '/api/v1/moderation/blocked-texts',
      operationId: 'listBlockedTexts',
      summary: 'Words and domains that nobody may write',
      description: 'In captions, descriptions of photos, places, comments and profiles. The latest first.',
      request: { query: z.strictObject(pageQuery) },
      responses: {
        200: answers('A page of them.', Page(BlockedText).openapi('BlockedTextPage')),
        ...problems(400, 401, 403, 422),
      },
    }),
    async (c) => {
      const texts = await readPage(cursors, 'blocked-texts', c.req.valid('query'), (before, limit) =>
        listTexts(emOf(c), { before, limit }),
      )
      return c.json(texts, 200)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      // Outside of the transaction that an idempotency key makes.
      middleware: [telling, ...signedInIdempotent.middleware],
      method: 'post',
      path: '/api/v1/moderation/blocked-texts',
      operationId: 'blockText',
      summary: 'Block a word or a domain',
      description:
        'Within seconds, for what is written from then on. Whoever writes it gets 422 `text.blocked`, which names the field and not the word; or, with `hold`, a new post waits as `held` and is a case (`blocked_text`), until `restore_post` lets it through. What is in the list already is 409 `blocked_text.known`.',
      request: body(NewBlockedText),
      responses: { 201: answers('What is blocked.', BlockedText), ...problems(400, 401, 403, 409, 413, 415, 422) },
    }),
    async (c) => {
      const moderator = await moderatorOf(c)
      const text = await blockText({ em: emOf(c), moderator, now: clock() }, c.req.valid('json'))
      return created(c, text, '/api/v1/moderation/blocked-texts')
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      middleware: [telling, ...moderating.middleware],
      method: 'delete',
      path: '/api/v1/moderation/blocked-texts/{id}',
      operationId: 'unblockText',
      summary: 'Let a word or a domain be written again',
      request: { params: byId },
      responses: { 204: { description: 'It is no longer blocked.' }, ...problems(401, 403, 404, 422) },
    }),
    async (c) => {
      const moderator = await moderatorOf(c)
      await unblockText({ em: emOf(c), moderator, now: clock() }, c.req.valid('param').id)
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...moderating,
      method: 'get',
      path: '/api/v1/moderation/audit',
      operationId: 'listAuditEntries',
      summary: 'The audit log',
      description:
        'Who did what to whom and why, the latest first. Each entry holds the hash of the one before it in its own.',
      request: { query: z.strictObject(pageQuery) },
      responses: {
        200: answers('A page of entries.', Page(AuditEntry).openapi('AuditPage')),
        ...problems(400, 401, 403, 422),
      },
    }),
    async (c) => {
      const entries = await readPage(
        cursors,
        'audit',
        c.req.valid('query'),
        (before, limit) => listEntries(emOf(c), { before, limit }),
        { schema: z.int(), of: ({ sequence }) => sequence },
      )
      return c.json(entries, 200)
    },
  )

  return router

  /** Who moderates, and is remembered as one who does. */
  async function moderatorOf(c: Context): Promise<Named> {
    const moderator = nameOf(viewerOf(c))
    await noteModerator(emOf(c), moderator, clock())
    return moderator
  }

  async function lookOf(c: Context): Promise<Look> {
    const moderator = viewerOf(c)
    return { moderatorId: moderator.id, grantOf: await grants.of(moderator, { isVouched: true }) }
  }
}

function nameOf({ id, username }: Named): Named {
  return { id, username }
}
