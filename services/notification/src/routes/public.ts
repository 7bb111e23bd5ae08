import { Notification, Page, problems } from '@daguerre/contracts'
import type { CursorCodec } from '@daguerre/kit/cursor'
import { pageQuery } from '@daguerre/kit/cursor'
import { createRoute, createRouter, degrade, deprecated, signedIn, viewerOf, z } from '@daguerre/kit/http'
import { notFound } from '@daguerre/kit/problem'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { listNotifications } from '../notification/list-notifications.ts'
import { countUnread, markRead, markReadUpTo } from '../notification/mark-read.ts'
import { streamNotifications, type StreamDeps } from '../stream/stream-notifications.ts'

const NotificationPage = Page(Notification).openapi('NotificationPage')
const query = z.strictObject(pageQuery)
const idParam = z.object({ id: z.uuid().toLowerCase() })
const position = z.object({ at: z.iso.datetime(), id: z.uuid() })
const listResponses = {
  200: { description: 'A page of notifications.', content: { 'application/json': { schema: NotificationPage } } },
  ...problems(400, 401, 422, 429),
}
const readResponses = { 204: { description: 'It is read.' }, ...problems(401, 404, 422, 429) }

const list = createRoute({
  ...signedIn,
  method: 'get',
  path: '/api/v1/notifications',
  operationId: 'listNotifications',
  tags: ['notifications'],
  summary: 'My notifications, grouped, newest first',
  description: '"a, b and 3 others liked your post" is one entry: up to three actors, and how many there are.',
  request: { query },
  responses: listResponses,
})

const unreadCount = createRoute({
  ...signedIn,
  method: 'get',
  path: '/api/v1/notifications/unread-count',
  operationId: 'countUnreadNotifications',
  tags: ['notifications'],
  summary: 'How many groups are unread',
  responses: {
    200: {
      description: 'The count.',
      content: { 'application/json': { schema: z.object({ count: z.int() }).openapi('UnreadCount') } },
    },
    ...problems(401, 429),
  },
})

const stream = createRoute({
  ...signedIn,
  method: 'get',
  path: '/api/v1/notifications/stream',
  operationId: 'streamNotifications',
  tags: ['notifications'],
  summary: 'Notifications as they come, as server-sent events',
  description:
    'Events: `hello` {unread}, `notification` {notification, unread}, `removed` {id, unread}. The id of an event is a position: ' +
    'with it as `Last-Event-ID` a client that comes back gets everything since (a group may come again; it replaces the ' +
    'one with the same id). The server ends the stream from time to time; come back with a fresh access token.',
  request: {
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(/^\d{1,15}$/, 'is not an id of this stream')
        .optional(),
    }),
  },
  responses: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems(401, 422, 429),
  },
  'x-stream': true,
})

const readOne = createRoute({
  ...signedIn,
  method: 'post',
  path: '/api/v1/notifications/{id}/read',
  operationId: 'readNotification',
  tags: ['notifications'],
  summary: 'Mark one as read',
  request: { params: idParam },
  responses: readResponses,
})

const readMany = createRoute({
  ...signedIn,
  method: 'post',
  path: '/api/v1/notifications/read',
  operationId: 'readNotifications',
  tags: ['notifications'],
  summary: 'Mark as read up to a point',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              upTo: z.uuid().toLowerCase().nullable().openapi({
                description: 'This notification and all that are older; null for all.',
              }),
            })
            .openapi('ReadUpTo'),
        },
      },
    },
  },
  responses: { 204: { description: 'They are read.' }, ...problems(400, 401, 404, 413, 415, 422, 429) },
})

const listMy = createRoute({
  ...signedIn,
  middleware: [deprecated('/api/v1/notifications'), ...signedIn.middleware],
  method: 'get',
  path: '/notifications/my',
  operationId: 'legacyMyNotifications',
  tags: ['deprecated'],
  deprecated: true,
  summary: 'My notifications (use /api/v1/notifications)',
  request: { query },
  responses: listResponses,
})

const readOneLegacy = createRoute({
  ...signedIn,
  middleware: [deprecated('/api/v1/notifications/{id}/read'), ...signedIn.middleware],
  method: 'post',
  path: '/notifications/{id}/read',
  operationId: 'legacyReadNotification',
  tags: ['deprecated'],
  deprecated: true,
  summary: 'Mark one as read (use /api/v1/notifications/{id}/read)',
  request: { params: idParam },
  responses: readResponses,
})

export interface PublicRouteDeps extends StreamDeps {
  cursors: CursorCodec
}

export function publicRoutes(deps: PublicRouteDeps) {
  const router = createRouter()

  async function showPage(c: Context, { limit, cursor }: z.output<typeof query>) {
    const recipientId = viewerOf(c).id
    const scope = `notifications:${recipientId}`
    const after = cursor === undefined ? null : deps.cursors.decode(scope, cursor, position)
    const page = await listNotifications(deps, { recipientId, after, limit })
    if (page.degraded) degrade(c, 'user')
    return { items: page.items, nextCursor: page.next ? deps.cursors.encode(scope, page.next) : null }
  }

  async function read(c: Context, id: string) {
    if (!(await markRead(deps, viewerOf(c).id, id)))
      throw notFound('notification.not_found', 'You have no such notification.')
    return c.body(null, 204)
  }

  router.openapi(list, async (c) => c.json(await showPage(c, c.req.valid('query')), 200))
  router.openapi(listMy, async (c) => c.json(await showPage(c, c.req.valid('query')), 200))
  router.openapi(unreadCount, async (c) => c.json({ count: await countUnread(deps, viewerOf(c).id) }, 200))
  router.openapi(stream, (c) => {
    const id = c.req.valid('header')['last-event-id']
    const lastEventId = id === undefined ? null : Number(id)
    const recipientId = viewerOf(c).id
    c.header('cache-control', 'no-store')
    // Nginx and its kin would gather events before they pass them on.
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, (events) => streamNotifications(deps, events, { recipientId, lastEventId }))
  })
  router.openapi(readMany, async (c) => {
    const { upTo } = c.req.valid('json')
    if (!(await markReadUpTo(deps, viewerOf(c).id, upTo))) {
      throw notFound('notification.not_found', 'You have no such notification.')
    }
    return c.body(null, 204)
  })
  router.openapi(readOne, (c) => read(c, c.req.valid('param').id))
  router.openapi(readOneLegacy, (c) => read(c, c.req.valid('param').id))
  return router
}
