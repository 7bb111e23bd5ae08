import { Media, mediaLimits, problems, singleLineText } from '@daguerre/contracts'
import {
  anyone,
  created,
  createRoute,
  createRouter,
  emOf,
  maybeViewerOf,
  signedIn,
  viewerOf,
  z,
} from '@daguerre/kit/http'
import { idempotentWith, signedInIdempotent } from '@daguerre/kit/idempotency'
import { newId } from '@daguerre/kit/id'
import { conflict, invalid, notFound, problem } from '@daguerre/kit/problem'
import type { AppDeps } from '../app.ts'
import { importReach } from '../config.ts'
import { startImport } from '../import/start-import.ts'
import { acceptUpload } from '../media/accept-upload.ts'
import { completeUpload } from '../media/complete-upload.ts'
import { dropUpload } from '../media/drop-uploads.ts'
import { findMedia } from '../media/find-media.ts'
import { presentMedia } from '../media/media-row.ts'
import { startPresignedUpload, startStreamedUpload } from '../media/start-upload.ts'
import { storeStream, UploadRefused } from '../media/store-stream.ts'
import { deliverVariant, noSuchPicture } from './deliver-variant.ts'
import { readGrant } from './read-grant.ts'
import { readFilePart, uploadBodyLimit } from './read-file-part.ts'
import { storageProblems } from './storage-problems.ts'

const tags = ['media']
const mediaAnswer = { 'application/json': { schema: Media } }
const locationHeader = { Location: { description: 'Where the media is.', schema: { type: 'string' as const } } }
const idParam = z.object({
  id: z
    .uuid()
    .transform((id) => id.toLowerCase())
    .openapi({ type: 'string', format: 'uuid' }),
})

const upload = createRoute({
  method: 'post',
  path: '/api/v1/media/upload',
  operationId: 'uploadMedia',
  tags,
  summary: 'Upload a photo',
  description: `One part named \`file\`: a JPEG, PNG, WebP, AVIF or GIF of at most 50 MB and 100 megapixels. Its content alone
tells which; name and declared type do not matter. The answer comes when the bytes are stored; the variants follow: ask
\`GET /api/v1/media/{id}\` until \`state\` is \`ready\` or \`failed\`. An \`Idempotency-Key\` makes a repeated upload of the same
bytes answer with the first media.`,
  ...signedIn,
  request: {
    headers: z.object({ 'idempotency-key': z.string().optional() }),
    body: {
      required: true,
      content: {
        // Not a zod schema: a validator would read the whole body first.
        'multipart/form-data': {
          schema: {
            type: 'object',
            required: ['file'],
            properties: { file: { type: 'string', format: 'binary', description: 'The photo.' } },
            additionalProperties: false,
          },
        },
      },
    },
  },
  responses: {
    201: {
      description: 'The photo is stored and waits for its variants.',
      headers: locationHeader,
      content: mediaAnswer,
    },
    ...problems(400, 401, 409, 413, 415, 422, 429, 503),
  },
  'x-stream': true,
  'x-body-limit': uploadBodyLimit,
  'x-rate-limit': 'upload',
})

const startUpload = createRoute({
  method: 'post',
  path: '/api/v1/media/uploads',
  operationId: 'startMediaUpload',
  tags,
  summary: 'Get a URL to upload a photo to',
  description: `For clients that bring the bytes straight to the storage. Send them with the method and headers of \`upload\`, exactly
as many as declared, then call \`POST /api/v1/media/uploads/{id}/complete\`. An upload that is not completed within a day fails
(\`upload_expired\`).`,
  ...signedInIdempotent,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              type: z.enum(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif']),
              bytes: z.int().min(1).max(mediaLimits.maxBytes),
            })
            .openapi('NewUpload'),
        },
      },
    },
  },
  responses: {
    201: {
      description: 'The media, and where its bytes go.',
      headers: locationHeader,
      content: {
        'application/json': {
          schema: z
            .object({
              media: Media,
              upload: z.object({
                method: z.literal('PUT'),
                url: z.string(),
                headers: z.record(z.string(), z.string()),
                expiresAt: z.iso.datetime(),
              }),
            })
            .openapi('StartedUpload'),
        },
      },
    },
    ...problems(400, 401, 409, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'upload',
})

const importsRoute = createRoute({
  method: 'get',
  path: '/api/v1/media/import',
  operationId: 'getMediaImport',
  tags,
  summary: 'Whether this server imports photos from URLs',
  ...signedIn,
  responses: {
    200: {
      description: 'What whoever runs it has decided.',
      content: { 'application/json': { schema: z.object({ enabled: z.boolean() }).openapi('MediaImportState') } },
    },
    ...problems(401, 403, 429),
  },
})

const importRoute = createRoute({
  method: 'post',
  path: '/api/v1/media/import',
  operationId: 'importMedia',
  tags,
  summary: 'Import a photo from a URL',
  description: `The photo is fetched in the background, then worked on as an upload is: ask \`GET /api/v1/media/{id}\` until \`state\` is
\`ready\` or \`failed\`. The URL must be http or https on its usual port (80, 443), without user or password, of a host on the public
internet; so must every redirect, of which at most five are followed, and every address that the names lead to. The whole has to
come within 30 seconds. What passes (no connection, a time limit, 5xx, 429) is tried three times within a few minutes.

A media that failed says why in \`reason\`: \`import_address\` (it leads to where nothing is fetched from), \`import_redirects\` (more
than five), \`import_not_found\` (404 or another answer that is no photo), \`import_unreachable\` (it could not be had in three tries), or as
of an upload: \`not_an_image\`, \`unsupported_type\`, \`too_large\` (50 MB), \`truncated\`, \`too_many_pixels\`, \`processing_failed\`,
\`blocked\` (it looks like a photo that moderators have blocked).

Whoever runs this server decides whether it imports: if not, the answer is 404 \`media.import_off\`.`,
  ...signedIn,
  request: {
    headers: z.object({ 'idempotency-key': z.string().optional() }),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              url: singleLineText(mediaLimits.urlLength, 1).openapi({ example: 'https://photos.example.org/view.jpg' }),
            })
            .openapi('MediaImport'),
        },
      },
    },
  },
  responses: {
    202: { description: 'The photo will be fetched.', headers: locationHeader, content: mediaAnswer },
    ...problems(400, 401, 404, 409, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'import',
})

const complete = createRoute({
  method: 'post',
  path: '/api/v1/media/uploads/{id}/complete',
  operationId: 'completeMediaUpload',
  tags,
  summary: 'Say that the bytes are there',
  description: 'Puts the photo into work. Saying it again changes nothing and answers with the media as it is by then.',
  ...signedIn,
  request: { params: idParam },
  responses: {
    200: { description: 'The media.', content: mediaAnswer },
    ...problems(401, 404, 409, 422, 429, 503),
  },
})

const get = createRoute({
  method: 'get',
  path: '/api/v1/media/{id}',
  operationId: 'getMedia',
  tags,
  summary: 'Get a media',
  description: `Its owner sees it in every state, others once it is ready. A ready media has \`thumbnail\` (a square of at most
320) and \`small\` always; \`medium\` and \`large\` only where they hold more pixels than the one before, so the last variant is the
best there is. Others than its owner see it if they see a post that shows it, or it is an avatar.`,
  ...anyone,
  request: { params: idParam },
  responses: { 200: { description: 'The media.', content: mediaAnswer }, ...problems(401, 404, 422, 503) },
})

const binary = { 'image/webp': { schema: { type: 'string' as const, format: 'binary' } } }
const deliver = createRoute({
  method: 'get',
  path: '/media/{id}/{file}',
  operationId: 'getMediaFile',
  tags,
  summary: 'Get the bytes of a variant',
  description: `\`file\` is \`thumbnail.webp\`, \`small.webp\`, \`medium.webp\` or \`large.webp\`. A variant never changes: it can be kept
for ever. Photos that not everybody may see (of private accounts, of posts for fewer, or in no post yet) are answered to a \`grant\` alone, which is in
the \`url\` of the variants of who may see them. It is for one photo and one session, ends with that session or after five to ten minutes, and does not help whom
the photo is not for any more: ask for the post again then. All else is 404. HEAD, single ranges (\`Range\`, \`If-Range\`) and conditional requests (\`If-None-Match\`, \`If-Modified-Since\`) are served.`,
  request: {
    params: idParam.extend({ file: z.string().max(100).openapi({ example: 'medium.webp' }) }),
    query: z.strictObject({
      grant: z
        .string()
        .min(1)
        .max(100)
        .regex(/^[\w-]*$/, { error: 'is no grant' })
        .optional(),
    }),
  },
  responses: {
    200: { description: 'The picture.', content: binary },
    206: { description: 'The part of it that was asked for.', content: binary },
    304: { description: 'The client has it already.' },
    ...problems(404, 416, 422, 503),
  },
  'x-stream': true,
  'x-rate-limit': 'media',
})

/** What clients call, paths as they see them. */
export function publicRoutes(deps: AppDeps) {
  const router = createRouter({ read: 'read', write: 'post' })
  let uploading = 0

  router.openapi(upload, async (c) => {
    if (uploading >= deps.config.UPLOADS_MAX) {
      throw problem(503, 'media.busy', 'Too many uploads run at once. Try again.', {
        headers: { 'retry-after': '2', connection: 'close' },
      })
    }
    const ownerId = viewerOf(c).id
    let id: string | undefined
    let accepted = false
    uploading += 1
    try {
      const stored = await asProblems(
        readFilePart(c.req.raw, async (file) => {
          id = await startStreamedUpload({ em: deps.forkEm() }, ownerId)
          return storeStream(deps, id, file)
        }),
      )
      const answer = await idempotentWith(c, stored.sha256, async () => {
        const row = await acceptUpload({ em: emOf(c) }, { id: id!, ...stored })
        if (!row) throw conflict('media.upload_expired', 'The upload took too long.')
        accepted = true
        return created(c, presentMedia(row), `/api/v1/media/${row.id}`)
      })
      if (accepted) deps.wakeWorker()
      return answer as never
    } finally {
      uploading -= 1
      // Broken, refused, or a repetition of one that is there: nothing of it stays. `dropUpload` spares what was committed.
      if (id !== undefined && !accepted) await drop(id)
    }
  })

  async function drop(id: string): Promise<void> {
    try {
      await dropUpload({ em: deps.forkEm(), storage: deps.storage }, id)
    } catch (error) {
      deps.log.warn({ err: error, mediaId: id }, 'a broken upload is left to housekeeping')
    }
  }

  router.openapi(startUpload, async (c) => {
    const { type, bytes } = c.req.valid('json')
    const started = await startPresignedUpload(
      { em: emOf(c), storage: deps.storage, urlSeconds: deps.config.UPLOAD_URL_SECONDS, now: new Date() },
      { ownerId: viewerOf(c).id, type, bytes },
    )
    const media = presentMedia(started.row)
    const upload = {
      method: 'PUT' as const,
      url: started.url,
      headers: { 'Content-Type': type, 'Content-Length': String(bytes) },
      expiresAt: started.expiresAt.toISOString(),
    }
    return created(c, { media, upload }, `/api/v1/media/${media.id}`)
  })

  // Before what is asked for by its id.
  router.openapi(importsRoute, (c) => c.json({ enabled: deps.config.MEDIA_IMPORT !== 'off' }, 200))

  router.openapi(importRoute, async (c) => {
    if (deps.config.MEDIA_IMPORT === 'off') throw notFound('media.import_off', 'This server imports no photos.')
    const { url } = c.req.valid('json')
    const answer = await idempotentWith(c, url, async () => {
      const asked = { id: newId(), ownerId: viewerOf(c).id, url }
      const row = await startImport({ em: emOf(c), reach: importReach(deps.config) }, asked)
      if (!row) {
        const detail = 'must be http or https, on its usual port, of a host on the public internet'
        throw invalid([{ pointer: '#/url', detail }], 'media.url_refused', `The URL ${detail}.`)
      }
      c.header('Location', `/api/v1/media/${row.id}`)
      return c.json(presentMedia(row), 202)
    })
    deps.wakeImporter()
    return answer as never
  })

  router.openapi(complete, async (c) => {
    const { id } = c.req.valid('param')
    const completion = await asProblems(
      completeUpload({ em: emOf(c), storage: deps.storage }, { id, ownerId: viewerOf(c).id }),
    )
    switch (completion.outcome) {
      case 'not_found':
        throw notFound('media.not_found', 'There is no such upload of yours.')
      case 'not_uploaded':
        throw conflict('media.not_uploaded', 'The bytes are not there yet.')
      case 'wrong_size':
        throw conflict(
          'media.wrong_size',
          `${completion.bytes} bytes are there instead of the declared ${completion.declaredBytes}.`,
        )
      case 'accepted':
        deps.wakeWorker()
        break
      case 'known':
    }
    return c.json(presentMedia(completion.row), 200)
  })

  router.openapi(get, async (c) => {
    const viewer = maybeViewerOf(c) ?? null
    const found = await findMedia({ ...deps, em: emOf(c) }, c.req.valid('param').id, viewer?.id ?? null)
    if (!found) throw notFound('media.not_found', 'There is no such media, or it is not ready yet.')
    const grantOf = found.sight === 'everybody' ? null : await deps.grants.of(viewer)
    return c.json(presentMedia(found.row, grantOf), 200)
  })

  router.openapi(deliver, async (c) => {
    const { id, file } = c.req.valid('param')
    const grant = await readGrant(deps, id, c.req.valid('query').grant)
    const sight = grant?.isVouched ? 'viewer' : await deps.seePhoto(id, grant?.viewerId ?? null)
    if (!sight) throw noSuchPicture()
    const seconds = sight === 'everybody' ? null : Math.floor(((grant?.untilMs ?? 0) - Date.now()) / 1000)
    return (await asProblems(deliverVariant(c, deps.storage, { id, file, seconds }))) as never
  })

  return router
}

async function asProblems<T>(work: Promise<T>): Promise<T> {
  try {
    return await storageProblems(work)
  } catch (error) {
    if (error instanceof UploadRefused) {
      throw error.reason === 'too_large'
        ? problem(413, 'media.too_large', 'A photo may have at most 50 MB.')
        : invalid([{ pointer: '#/file', detail: 'is empty' }])
    }
    throw error
  }
}
