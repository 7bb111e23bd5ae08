import {
  Notification,
  NotificationKind,
  NotificationPreferences,
  NotificationPreferencesEdit,
  Page,
  problems,
  PushState,
  PushSubscription,
} from '@daguerre/contracts'
import type { CursorCodec } from '@daguerre/kit/cursor'
import { pageQuery } from '@daguerre/kit/cursor'
import { createRoute, createRouter, degrade, deprecated, signedIn, viewerOf, withScope, z } from '@daguerre/kit/http'
import { notFound, problem } from '@daguerre/kit/problem'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { listNotifications } from '../notification/list-notifications.ts'
import { countUnread, markRead, markReadUpTo } from '../notification/mark-read.ts'
import { changePreferences, readPreferences } from '../preferences/preferences.ts'
import { readPushState, subscribe, type SubscribeDeps, unsubscribe } from '../push/subscribe.ts'
import { streamNotifications, type StreamDeps } from '../stream/stream-notifications.ts'

const NotificationPage = Page(Notification).openapi('NotificationPage')
const query = z.strictObject(pageQuery)
const kinds = z
  .string()
  .max(200)
  .transform((list) => list.split(','))
  .pipe(z.array(NotificationKind))
  .openapi({
    type: 'string',
    maxLength: 200,
    example: 'liked',
    description: 'Only these kinds, comma separated: `commented,replied`.',
  })
const filteredQuery = query.extend({ kind: kinds.optional() })
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
  description:
    '"a, b and 3 others liked your post" is one entry: up to three actors, and how many there are. Kinds that are switched ' +
    'off (see preferences) are not in it.',
  request: { query: filteredQuery },
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

/** Of one person, in one process: tabs and devices of somebody who has many. */
const mostStreams = 30

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

const preferences = createRoute({
  ...signedIn,
  method: 'get',
  path: '/api/v1/notifications/preferences',
  operationId: 'getNotificationPreferences',
  tags: ['notifications'],
  summary: 'What I want to hear of',
  responses: {
    200: { description: 'By kind.', content: { 'application/json': { schema: NotificationPreferences } } },
    ...problems(401, 429),
  },
})

const editPreferences = createRoute({
  ...signedIn,
  method: 'patch',
  path: '/api/v1/notifications/preferences',
  operationId: 'editNotificationPreferences',
  tags: ['notifications'],
  summary: 'Change what I want to hear of',
  description: 'Only what is named changes. What is switched off is hidden, not lost: it is there again when it is on.',
  request: { body: { required: true, content: { 'application/json': { schema: NotificationPreferencesEdit } } } },
  responses: {
    200: { description: 'As they are now.', content: { 'application/json': { schema: NotificationPreferences } } },
    ...problems(400, 401, 413, 415, 422, 429),
  },
})

const pushState = createRoute({
  ...signedIn,
  ...withScope('account'),
  method: 'get',
  path: '/api/v1/notifications/push',
  operationId: 'getPushState',
  tags: ['notifications'],
  summary: 'Whether this session gets pushes, and the key to subscribe with',
  responses: {
    200: { description: 'The state.', content: { 'application/json': { schema: PushState } } },
    ...problems(401, 429, 503),
  },
})

const pushOn = createRoute({
  ...signedIn,
  ...withScope('account'),
  method: 'put',
  path: '/api/v1/notifications/push',
  operationId: 'subscribeToPush',
  tags: ['notifications'],
  summary: "Send pushes to this session's browser",
  description:
    "The browser's `PushSubscription` as JSON (Web Push: RFC 8030, 8291, 8292). Say it at each start of the app: a browser that " +
    'is not seen for a month is forgotten, and so is one whose session ends. A message is JSON: `kind`, `actors` (names), ' +
    '`actorCount`, `text`, `image`, `icon`, `url`, `tag`, `unread`, `at`.',
  request: { body: { required: true, content: { 'application/json': { schema: PushSubscription } } } },
  responses: { 204: { description: 'Pushes are sent to it.' }, ...problems(400, 401, 413, 415, 422, 429, 503) },
})

const pushOff = createRoute({
  ...signedIn,
  ...withScope('account'),
  method: 'delete',
  path: '/api/v1/notifications/push',
  operationId: 'unsubscribeFromPush',
  tags: ['notifications'],
  summary: "Send no more pushes to this session's browser",
  responses: { 204: { description: 'None is sent.' }, ...problems(401, 429) },
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

export interface PublicRouteDeps extends StreamDeps, SubscribeDeps {
  collections: StreamDeps['collections'] & SubscribeDeps['collections']
  cursors: CursorCodec
}

export function publicRoutes(deps: PublicRouteDeps) {
  const router = createRouter({ read: 'read', write: 'profile' })

  async function showPage(c: Context, { limit, cursor, kind }: z.output<typeof filteredQuery>) {
    const { id: recipientId, sessionId } = viewerOf(c)
    const scope = ['notifications', recipientId, ...(kind ?? [])].join(':')
    const after = cursor === undefined ? null : deps.cursors.decode(scope, cursor, position)
    const page = await listNotifications(deps, { recipientId, sessionId, kinds: kind ?? null, after, limit })
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
  router.openapi(preferences, async (c) => c.json(await readPreferences(deps, viewerOf(c).id), 200))
  router.openapi(editPreferences, async (c) => {
    const { id } = viewerOf(c)
    await changePreferences(deps, id, c.req.valid('json'))
    return c.json(await readPreferences(deps, id), 200)
  })
  router.openapi(pushState, async (c) => c.json(await readPushState(deps, viewerOf(c)), 200))
  router.openapi(pushOn, async (c) => {
    await subscribe(deps, viewerOf(c), c.req.valid('json'))
    return c.body(null, 204)
  })
  router.openapi(pushOff, async (c) => {
    await unsubscribe(deps, viewerOf(c))
    return c.body(null, 204)
  })
  router.openapi(stream, (c) => {
    const id = c.req.valid('header')['last-event-id']
    const lastEventId = id === undefined ? null : Number(id)
    const { id: recipientId, sessionId } = viewerOf(c)
    // Each looks into the store every five seconds, for nothing that the others do not see.
    if (deps.hub.openOf(recipientId) >= mostStreams) {
      throw problem(429, 'notification.too_many_streams', 'Too many streams of yours are open.', {
        headers: { 'retry-after': '5' },
      })
    }
    c.header('cache-control', 'no-store')
    // Nginx and its kin would gather events before they pass them on.
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, (events) => streamNotifications(deps, events, { recipientId, sessionId, lastEventId }))
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
