import { Export, ExportLink, Page, problems } from '@daguerre/contracts'
import { type CursorCodec, pageQuery, readPage } from '@daguerre/kit/cursor'
import { anyone, createRoute, createRouter, emOf, maybeViewerOf, signedIn, viewerOf, z } from '@daguerre/kit/http'
import { notFound, problem } from '@daguerre/kit/problem'
import type { AppDeps } from '../app.ts'
import { isTicketGood, signTicket, type Ticket } from '../export/download-ticket.ts'
import { isSessionLive, requireFreshSession } from '../export/require-fresh-session.ts'
import { startExport } from '../export/start-export.ts'
import { findTransfer, listTransfers } from '../transfer/find-transfers.ts'
import { presentExport, transferKey, type TransferRow } from '../transfer/transfer-row.ts'
import { deliverObject } from './deliver-object.ts'
import { storageProblems } from './storage-problems.ts'

const tags = ['exports']
const idParam = z.object({ id: z.uuid().toLowerCase() })
const ExportPage = Page(Export).openapi('ExportPage')

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

const start = createRoute({
  method: 'post',
  path: '/api/v1/exports',
  operationId: 'startExport',
  tags,
  summary: 'Have all my data put into a ZIP',
  description: `Made in the background: ask \`GET /api/v1/exports/{id}\` until \`state\` is \`ready\` or \`failed\`. While one is in work this answers with
that one; only some a day are made (429 \`export.too_many\`). It holds originals, posts, comments, likes, saves, follows both ways, mutes, profile,
sessions, notifications and settings as JSON with its JSON Schema, and a page that shows them offline; its format is described in docs/export-format.md.`,
  ...signedIn,
  responses: {
    202: answer('It is being made.', Export),
    ...problems(401, 403, 429, 503),
  },
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/exports',
  operationId: 'listExports',
  tags,
  summary: 'My exports, newest first',
  description:
    'Those that are kept: each is removed with its file some days after it was made, or within the hour when a new one is there (`expiresAt`).',
  ...signedIn,
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: answer('A page of exports.', ExportPage), ...problems(400, 401, 422, 429) },
})

const get = createRoute({
  method: 'get',
  path: '/api/v1/exports/{id}',
  operationId: 'getExport',
  tags,
  summary: 'How far an export is',
  ...signedIn,
  request: { params: idParam },
  responses: { 200: answer('The export.', Export), ...problems(401, 404, 422, 429) },
})

const link = createRoute({
  method: 'post',
  path: '/api/v1/exports/{id}/link',
  operationId: 'linkExport',
  tags,
  summary: 'A link to download an export in a browser',
  description: `For who has lately said who they are. Whoever has the link can download, and resume that, until it ends within a day, or with the session in which it was
asked for; ask for another one then.`,
  ...signedIn,
  request: { params: idParam },
  responses: { 200: answer('The link.', ExportLink), ...problems(401, 403, 404, 422, 429, 503) },
})

const zip = { 'application/zip': { schema: { type: 'string' as const, format: 'binary' } } }
const download = createRoute({
  method: 'get',
  path: '/api/v1/exports/{id}/file',
  operationId: 'downloadExport',
  tags,
  summary: 'The ZIP of an export',
  description: `For its owner, who has lately said who they are, or by a link (\`POST …/link\`). HEAD, single ranges (\`Range\`, \`If-Range\` with the ETag) and conditional requests are
served, so that a download that broke off is resumed.`,
  ...anyone,
  request: {
    params: idParam,
    query: z.strictObject({
      session: z.uuid().toLowerCase().optional(),
      until: z.string().max(12).regex(/^\d+$/).optional(),
      signature: z
        .string()
        .max(43)
        .regex(/^[\w-]{43}$/)
        .optional(),
    }),
  },
  responses: {
    200: { description: 'The ZIP.', content: zip },
    206: { description: 'The part of it that was asked for.', content: zip },
    304: { description: 'The client has it already.' },
    ...problems(401, 403, 404, 416, 422, 429, 503),
  },
  'x-stream': true,
})

/** What people take along. */
export function exportRoutes(deps: AppDeps & { cursors: CursorCodec }) {
  // A scope of its own, as it is all that who is suspended may do.
  const router = createRouter({ read: 'export', write: 'export' })
  const { config, storage, cursors } = deps

  router.openapi(start, async (c) => {
    const viewer = viewerOf(c)
    await requireFreshSession(deps, viewer)
    const started = await startExport(
      { em: emOf(c), perDay: config.EXPORTS_A_DAY, keptHours: config.EXPORT_KEPT_HOURS },
      viewer,
    )
    if (started.outcome === 'too_many') {
      throw problem(429, 'export.too_many', 'You had as many exports made as there are in a day.', {
        headers: { 'retry-after': String(started.retryAfterSeconds) },
      })
    }
    deps.wakeTransfers()
    return c.json(presentExport(started.row), 202)
  })

  router.openapi(list, async (c) => {
    const ownerId = viewerOf(c).id
    const query = c.req.valid('query')
    const { items, nextCursor } = await readPage(cursors, `exports:${ownerId}`, query, (before, limit) =>
      listTransfers({ em: emOf(c) }, { ownerId, kind: 'export', before, limit }),
    )
    return c.json({ items: items.map(presentExport), nextCursor }, 200)
  })

  async function own(c: Parameters<typeof emOf>[0], id: string) {
    const row = await findTransfer({ em: emOf(c) }, { id, ownerId: viewerOf(c).id, kind: 'export' })
    if (!row) throw unknown()
    return row
  }

  async function byTicket(c: Parameters<typeof emOf>[0], id: string, ticket: Ticket) {
    if (!isTicketGood(config, id, ticket, new Date())) return undefined
    const row = await findTransfer({ em: emOf(c) }, { id, kind: 'export' })
    if (!row) return undefined
    return (await isSessionLive(deps, { id: row.owner_id, sessionId: ticket.session })) ? row : undefined
  }

  router.openapi(get, async (c) => c.json(presentExport(await own(c, c.req.valid('param').id)), 200))

  router.openapi(link, async (c) => {
    const row = await own(c, c.req.valid('param').id)
    await requireFreshSession(deps, viewerOf(c))
    if (row.state !== 'ready') throw unknown()
    const untilMs = Math.min(Date.now() + config.EXPORT_LINK_SECONDS * 1000, row.erase_at.getTime())
    const ticket = signTicket(config, row.id, viewerOf(c).sessionId, Math.floor(untilMs / 1000))
    const url = `/api/v1/exports/${row.id}/file?${new URLSearchParams(ticket).toString()}`
    return c.json({ url, expiresAt: new Date(Number(ticket.until) * 1000).toISOString() }, 200)
  })

  router.openapi(download, async (c) => {
    const { id } = c.req.valid('param')
    const { session, until, signature } = c.req.valid('query')
    const viewer = maybeViewerOf(c)
    let row: TransferRow | undefined
    if (session !== undefined && until !== undefined && signature !== undefined) {
      row = await byTicket(c, id, { session, until, signature })
    } else if (viewer) {
      row = await own(c, id)
      await requireFreshSession(deps, viewer)
    } else {
      throw problem(401, 'auth.token_missing', 'Sign in, or ask for a link.', {
        headers: { 'www-authenticate': 'Bearer realm="daguerre"' },
      })
    }
    if (row?.state !== 'ready') throw unknown()
    return (await storageProblems(
      deliverObject(c, storage, {
        key: transferKey(row),
        headers: {
          always: { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' },
          withBytes: {
            'content-type': 'application/zip',
            'content-disposition': `attachment; filename="daguerre-${row.owner_name}-${row.created_at.toISOString().slice(0, 10)}.zip"`,
          },
        },
        unknown,
      }),
    )) as never
  })

  return router
}

function unknown() {
  return notFound('export.not_found', 'There is no such export of yours, or it is gone.')
}
