import { Archive, archiveLimits, ArchiveUpload, NewArchive, Omission, Page, problems } from '@daguerre/contracts'
import { type CursorCodec, pageQuery, readPage } from '@daguerre/kit/cursor'
import { createRoute, createRouter, emOf, signedIn, viewerOf, z } from '@daguerre/kit/http'
import { conflict, invalid, notFound, problem } from '@daguerre/kit/problem'
import type { AppDeps } from '../app.ts'
import { archiveKeptHours } from '../archive/kept-hours.ts'
import { bytesOfPart, completeArchive, partsOf, startArchive } from '../archive/start-archive.ts'
import { dropTransfersOf } from '../transfer/erase-transfers.ts'
import { findTransfer, listOmissions, listTransfers } from '../transfer/find-transfers.ts'
import { presentArchive, transferKey, type TransferRow } from '../transfer/transfer-row.ts'
import { storageProblems } from './storage-problems.ts'

const tags = ['archives']
const idParam = z.object({ id: z.uuid().toLowerCase() })
const partParam = idParam.extend({
  number: z
    .string()
    .max(5)
    .regex(/^[1-9]\d*$/, 'must be a whole number from 1')
    .openapi({ type: 'string', maxLength: 5, example: '1' }),
})
const ArchivePage = Page(Archive).openapi('ArchivePage')
const OmissionPage = Page(Omission).openapi('ArchiveOmissionPage')

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

const start = createRoute({
  method: 'post',
  path: '/api/v1/archives',
  operationId: 'startArchive',
  tags,
  summary: 'Bring an archive',
  description: `A ZIP that was exported here (\`POST /api/v1/exports\`), or Instagram's (JSON): its posts appear at their own times, with photos, captions and alt texts,
and nobody is told of them. Those of an export are for whom they were; those of Instagram for \`audience\`, their author alone if it is not given. Send the ZIP in parts of \`partBytes\` bytes (the last one is what is left), in any order, each again if need be; then
\`POST …/complete\`. One at a time: asked again for one of the same size this answers with that one and with what of it is here, so that an upload is resumed.
Brought twice, an archive is here once.`,
  ...signedIn,
  request: { body: { required: true, content: { 'application/json': { schema: NewArchive } } } },
  responses: {
    200: answer('Where its parts go.', ArchiveUpload),
    ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'archive',
})

const putPart = createRoute({
  method: 'put',
  path: '/api/v1/archives/{id}/parts/{number}',
  operationId: 'putArchivePart',
  tags,
  summary: 'Send a part of an archive',
  ...signedIn,
  request: {
    params: partParam,
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    },
  },
  responses: { 204: { description: 'It is here.' }, ...problems(401, 403, 404, 409, 413, 415, 422, 429, 503) },
  'x-body-limit': archiveLimits.partBytes,
  'x-stream': true,
  'x-rate-limit': 'part',
})

const complete = createRoute({
  method: 'post',
  path: '/api/v1/archives/{id}/complete',
  operationId: 'completeArchive',
  tags,
  summary: 'Say that all parts are here',
  description: 'Its posts are taken from now on. Saying it again changes nothing.',
  ...signedIn,
  request: { params: idParam },
  responses: { 200: answer('The archive.', Archive), ...problems(401, 403, 404, 409, 422, 429, 503) },
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/archives',
  operationId: 'listArchives',
  tags,
  summary: 'Archives that I brought, newest first',
  ...signedIn,
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: answer('A page of archives.', ArchivePage), ...problems(400, 401, 403, 422, 429) },
})

const get = createRoute({
  method: 'get',
  path: '/api/v1/archives/{id}',
  operationId: 'getArchive',
  tags,
  summary: 'How far an archive is',
  ...signedIn,
  request: { params: idParam },
  responses: { 200: answer('The archive.', Archive), ...problems(401, 403, 404, 422, 429) },
})

const omissions = createRoute({
  method: 'get',
  path: '/api/v1/archives/{id}/omissions',
  operationId: 'listArchiveOmissions',
  tags,
  summary: 'What of an archive was left out',
  description: 'With reasons. `caption_shortened` and `alt_text_shortened` are of what is here, but not all of it.',
  ...signedIn,
  request: { params: idParam, query: z.strictObject(pageQuery) },
  responses: { 200: answer('A page of them.', OmissionPage), ...problems(400, 401, 403, 404, 422, 429) },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/v1/archives/{id}',
  operationId: 'deleteArchive',
  tags,
  summary: 'Stop an archive, or forget it',
  description: 'What was taken of it stays.',
  ...signedIn,
  request: { params: idParam },
  responses: { 204: { description: 'It is gone.' }, ...problems(401, 403, 404, 422, 429) },
})

/** What people bring. */
export function archiveRoutes(deps: AppDeps & { cursors: CursorCodec }) {
  const router = createRouter({ read: 'read', write: 'post' })
  const { config, storage, cursors } = deps
  let receiving = 0

  async function own(c: Parameters<typeof emOf>[0], id: string): Promise<TransferRow> {
    const row = await findTransfer({ em: emOf(c) }, { id, ownerId: viewerOf(c).id, kind: 'archive' })
    if (!row) throw notFound('archive.not_found', 'There is no such archive of yours, or it is gone.')
    return row
  }

  router.openapi(start, async (c) => {
    const { bytes, audience } = c.req.valid('json')
    if (bytes > config.ARCHIVE_MAX_BYTES) {
      const detail = `must be at most ${config.ARCHIVE_MAX_BYTES}`
      throw invalid(
        [{ pointer: '#/bytes', detail }],
        'archive.too_large',
        'The archive is larger than what is taken here.',
      )
    }
    const uploadHours = config.ARCHIVE_UPLOAD_HOURS
    const row = await storageProblems(
      startArchive({ em: emOf(c), storage }, viewerOf(c), { bytes, audience, uploadHours }),
    )
    if (!row) throw conflict('archive.in_progress', 'Another archive of yours is on its way, or in work.')
    const parts = await storageProblems(partsOf({ storage }, row))
    return c.json({ ...presentArchive(row), uploaded: parts.map(({ number }) => number) }, 200)
  })

  router.openapi(putPart, async (c) => {
    const { id, number: given } = c.req.valid('param')
    const number = Number(given)
    const row = await own(c, id)
    const bytes = bytesOfPart(row, number)
    if (bytes === undefined) throw notFound('archive.no_such_part', 'The archive has no such part.')
    if (row.state !== 'uploading' || row.upload_id === null) {
      throw conflict('archive.complete', 'The archive takes no more parts.')
    }
    if (receiving >= config.UPLOADS_MAX) {
      throw problem(503, 'media.busy', 'Too many uploads run at once. Try again.', {
        headers: { 'retry-after': '2', connection: 'close' },
      })
    }
    receiving += 1
    try {
      const body = Buffer.from(await c.req.arrayBuffer())
      if (body.length !== bytes) {
        const detail = `must have ${bytes} bytes, not ${body.length}`
        throw invalid([{ pointer: '#', detail }], 'archive.part_size', `This part ${detail}.`)
      }
      await storageProblems(storage.putPart(transferKey(row), row.upload_id, number, body))
    } finally {
      receiving -= 1
    }
    return c.body(null, 204)
  })

  router.openapi(complete, async (c) => {
    const row = await own(c, c.req.valid('param').id)
    const completed = await storageProblems(
      completeArchive({ em: emOf(c), storage }, row, { keptHours: archiveKeptHours }),
    )
    if (!completed) throw conflict('archive.incomplete', 'Not all parts are here.')
    deps.wakeTransfers()
    return c.json(presentArchive(completed), 200)
  })

  router.openapi(list, async (c) => {
    const ownerId = viewerOf(c).id
    const query = c.req.valid('query')
    const { items, nextCursor } = await readPage(cursors, `archives:${ownerId}`, query, (before, limit) =>
      listTransfers({ em: emOf(c) }, { ownerId, kind: 'archive', before, limit }),
    )
    return c.json({ items: items.map(presentArchive), nextCursor }, 200)
  })

  router.openapi(get, async (c) => c.json(presentArchive(await own(c, c.req.valid('param').id)), 200))

  router.openapi(omissions, async (c) => {
    const query = c.req.valid('query')
    const { id } = await own(c, c.req.valid('param').id)
    const { items, nextCursor } = await readPage(
      cursors,
      `omissions:${id}`,
      query,
      (after, limit) => listOmissions({ em: emOf(c) }, { id, after, limit }),
      { schema: z.int(), of: ({ number }) => number },
    )
    return c.json({ items: items.map(({ number: _number, ...item }) => item), nextCursor }, 200)
  })

  router.openapi(remove, async (c) => {
    const { id } = await own(c, c.req.valid('param').id)
    await dropTransfersOf({ em: emOf(c) }, viewerOf(c).id, { only: id })
    return c.body(null, 204)
  })

  return router
}
