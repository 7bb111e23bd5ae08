import {
  MutedPerson,
  NewMute,
  Page,
  PersonInList,
  Person,
  PersonRef,
  ProfileEdit,
  problems,
  SearchResults,
  singleLineText,
} from '@daguerre/contracts'
import { copyKey, type Holds } from '@daguerre/copies/copies'
import { type CursorCodec, page, pageQuery } from '@daguerre/kit/cursor'
import {
  anyone,
  createRoute,
  createRouter,
  degrade,
  deprecated,
  emOf,
  maybeViewerOf,
  signedIn,
  viewerOf,
  withScope,
  z,
} from '@daguerre/kit/http'
import { idempotentAfter } from '@daguerre/kit/idempotency'
import { NeighbourError } from '@daguerre/kit/neighbour'
import type { EntityManager } from '@daguerre/kit/postgres'
import { followPerson } from '../follow/follow-person.ts'
import { type FollowList, listFollows } from '../follow/list-follows.ts'
import { SuggestionPosition, suggestPeople } from '../follow/suggest-people.ts'
import { unfollowPerson } from '../follow/unfollow-person.ts'
import { listMutes, toMutedPerson } from '../mute/list-mutes.ts'
import { mutePerson } from '../mute/mute-person.ts'
import { unmutePerson } from '../mute/unmute-person.ts'
import type { Neighbours } from '../neighbours.ts'
import { chooseAvatar } from '../profile/choose-avatar.ts'
import { ensureViewer } from '../profile/ensure-viewer.ts'
import { toPerson, toPersonInList } from '../profile/profile.ts'
import { readPerson } from '../profile/read-person.ts'
import { resolvePerson } from '../profile/resolve-person.ts'
import { updateProfile } from '../profile/update-profile.ts'
import { searchPeople } from '../search/search-people.ts'
import { readSearchTerm } from '../search/search-term.ts'

export interface PublicDeps {
  neighbours: Neighbours
  holds: Holds
  cursors: CursorCodec
  clock: () => Date
}

const person = {
  description: 'The person.',
  content: { 'application/json': { schema: Person } },
}
const people = {
  description: 'A page of people.',
  content: { 'application/json': { schema: Page(PersonInList).openapi('PeoplePage') } },
}
const done = { description: 'It is so, however often this is said.' }
const personPath = z.object({ id: PersonRef })
const list = z.strictObject(pageQuery)
const maxTags = 50

/** Routes of people and of the search for them, as clients see them. */
export function publicRoutes({ neighbours, holds, cursors, clock }: PublicDeps) {
  const router = createRouter({ read: 'read', write: 'follow' })

  async function followsPage(
    em: EntityManager,
    which: FollowList,
    {
      userId,
      viewerId,
      limit,
      cursor,
    }: { userId: string; viewerId: string | null; limit: number; cursor?: string | undefined },
  ) {
    const scope = `${which}:${userId}:${viewerId ?? ''}`
    const before = cursor === undefined ? null : cursors.decode(scope, cursor, z.uuid())
    const rows = await listFollows(em, which, { userId, viewerId, before, limit: limit + 1 })
    const { items, nextCursor } = page(rows, limit, (last) => cursors.encode(scope, last.position))
    return { items: items.map((row) => toPersonInList(row, viewerId)), nextCursor }
  }

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'get',
      path: '/api/v1/users/me',
      operationId: 'getMe',
      tags: ['users'],
      summary: 'Your own profile',
      description: 'There from the moment you have an account.',
      responses: { 200: person, ...problems(401, 429, 503) },
    }),
    async (c) => {
      const viewer = viewerOf(c)
      const em = emOf(c)
      await ensureViewer(em, viewer)
      const { row, counts } = await readPerson({ em, ...neighbours }, viewer.id, viewer.id)
      return c.json(toPerson(row, counts, viewer.id), 200)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      ...withScope('profile'),
      method: 'patch',
      path: '/api/v1/users/me',
      operationId: 'updateMe',
      tags: ['users'],
      summary: 'Change your profile',
      description:
        'Only what is named changes; null removes a website or a picture. The picture is a photo of yours that is ready.',
      request: { body: { content: { 'application/json': { schema: ProfileEdit } } } },
      responses: { 200: person, ...problems(400, 401, 409, 413, 415, 422, 429, 503) },
    }),
    async (c) => {
      const viewer = viewerOf(c)
      const em = emOf(c)
      const { avatarMediaId, ...change } = c.req.valid('json')
      const avatar =
        typeof avatarMediaId === 'string'
          ? await chooseAvatar({ findMedia: neighbours.findMedia, ownerId: viewer.id }, avatarMediaId)
          : avatarMediaId
      await holds.during([copyKey.person(viewer.id)], () => updateProfile({ em, viewer }, { ...change, avatar }))
      const { row, counts } = await readPerson({ em, ...neighbours }, viewer.id, viewer.id)
      return c.json(toPerson(row, counts, viewer.id), 200)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'get',
      path: '/api/v1/users/me/suggestions',
      operationId: 'listSuggestions',
      tags: ['users'],
      summary: 'People you may want to follow',
      description:
        'Whom the people you follow follow, most of them first, without those you follow already. ' +
        'If there is nobody like that: the people with the most followers.',
      request: { query: list },
      responses: { 200: people, ...problems(400, 401, 422, 429, 503) },
    }),
    async (c) => {
      const viewer = viewerOf(c)
      const { limit, cursor } = c.req.valid('query')
      const scope = `suggestions:${viewer.id}`
      const after = cursor === undefined ? null : cursors.decode(scope, cursor, SuggestionPosition)
      const { by, rows } = await suggestPeople(emOf(c), { viewerId: viewer.id, after, limit: limit + 1 })
      const { items, nextCursor } = page(rows, limit, ({ score, id }) => cursors.encode(scope, { by, score, id }))
      return c.json({ items: items.map((row) => toPersonInList(row, viewer.id)), nextCursor }, 200)
    },
  )

  router.openapi(
    createRoute({
      ...anyone,
      method: 'get',
      path: '/api/v1/users/{id}',
      operationId: 'getUser',
      tags: ['users'],
      summary: 'A person by id or username',
      description: 'With the number of posts, followers and followed people, and how you stand to each other.',
      request: { params: personPath },
      responses: { 200: person, ...problems(401, 404, 422, 429, 503) },
    }),
    async (c) => {
      const viewerId = maybeViewerOf(c)?.id ?? null
      const { row, counts } = await readPerson({ em: emOf(c), ...neighbours }, c.req.valid('param').id, viewerId)
      return c.json(toPerson(row, counts, viewerId), 200)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'put',
      path: '/api/v1/users/{id}/follow',
      operationId: 'followUser',
      tags: ['users'],
      summary: 'Follow a person',
      description:
        'Their posts come to your home feed. Nobody follows themselves (`follow.self`), or more than 7500 people ' +
        '(`follow.too_many`).',
      request: { params: personPath },
      responses: { 204: done, ...problems(401, 404, 409, 422, 429, 503) },
    }),
    async (c) => {
      const em = emOf(c)
      const { id } = await resolvePerson({ em, ...neighbours }, c.req.valid('param').id)
      await followPerson({ em, viewer: viewerOf(c), now: clock() }, id)
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'delete',
      path: '/api/v1/users/{id}/follow',
      operationId: 'unfollowUser',
      tags: ['users'],
      summary: 'Follow a person no longer',
      description: 'Their posts leave your home feed.',
      request: { params: personPath },
      responses: { 204: done, ...problems(401, 404, 422, 429, 503) },
    }),
    async (c) => {
      const em = emOf(c)
      const { id } = await resolvePerson({ em, ...neighbours }, c.req.valid('param').id)
      await unfollowPerson({ em, viewer: viewerOf(c), now: clock() }, id)
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'put',
      path: '/api/v1/users/{id}/mute',
      operationId: 'muteUser',
      tags: ['users'],
      summary: 'Mute a person',
      description:
        'Their posts are in none of your feeds any more, and nothing that they do is told to you; who follows whom stays, what you look up you see, and they do not learn of it. ' +
        'Said again with another end, that counts. Nobody mutes themselves (`mute.self`), or more than 1000 people (`mute.too_many`).',
      request: { params: personPath, body: { content: { 'application/json': { schema: NewMute } } } },
      responses: { 204: done, ...problems(400, 401, 404, 409, 413, 415, 422, 429, 503) },
    }),
    async (c) => {
      const [em, viewer] = [emOf(c), viewerOf(c)]
      const mute = c.req.valid('json')
      const { id } = await resolvePerson({ em, ...neighbours }, c.req.valid('param').id)
      await holds.during([copyKey.relations(viewer.id)], () =>
        // Without a body there is nothing to parse, and no default.
        mutePerson({ em, viewer, now: clock() }, id, 'until' in mute ? mute.until : null),
      )
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'delete',
      path: '/api/v1/users/{id}/mute',
      operationId: 'unmuteUser',
      tags: ['users'],
      summary: 'Mute a person no longer',
      description:
        'Their posts are in your feeds again, also those of meanwhile. What was not told meanwhile is not told later.',
      request: { params: personPath },
      responses: { 204: done, ...problems(401, 404, 422, 429, 503) },
    }),
    async (c) => {
      const [em, viewer] = [emOf(c), viewerOf(c)]
      const { id } = await resolvePerson({ em, ...neighbours }, c.req.valid('param').id)
      await holds.during([copyKey.relations(viewer.id)], () => unmutePerson({ em, viewer }, id))
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'get',
      path: '/api/v1/users/me/muted',
      operationId: 'listMuted',
      tags: ['users'],
      summary: 'Whom you mute',
      description: 'The latest first. Nobody else sees this.',
      request: { query: list },
      responses: {
        200: {
          description: 'A page of people.',
          content: { 'application/json': { schema: Page(MutedPerson).openapi('MutedPage') } },
        },
        ...problems(400, 401, 422, 429, 503),
      },
    }),
    async (c) => {
      const { id: muterId } = viewerOf(c)
      const { limit, cursor } = c.req.valid('query')
      const scope = `muted:${muterId}`
      const before = cursor === undefined ? null : cursors.decode(scope, cursor, z.uuid())
      const rows = await listMutes(emOf(c), { muterId, now: clock(), before, limit: limit + 1 })
      const { items, nextCursor } = page(rows, limit, (last) => cursors.encode(scope, last.position))
      return c.json({ items: items.map(toMutedPerson), nextCursor }, 200)
    },
  )

  for (const which of ['followers', 'following'] as const) {
    router.openapi(
      createRoute({
        ...anyone,
        method: 'get',
        path: `/api/v1/users/{id}/${which}`,
        operationId: which === 'followers' ? 'listFollowers' : 'listFollowing',
        tags: ['users'],
        summary: which === 'followers' ? 'Who follows a person' : 'Whom a person follows',
        description: 'The newest follow first.',
        request: { params: personPath, query: list },
        responses: { 200: people, ...problems(400, 401, 404, 422, 429, 503) },
      }),
      async (c) => {
        const em = emOf(c)
        const { id: userId } = await resolvePerson({ em, ...neighbours }, c.req.valid('param').id)
        const viewerId = maybeViewerOf(c)?.id ?? null
        return c.json(await followsPage(em, which, { userId, viewerId, ...c.req.valid('query') }), 200)
      },
    )
  }

  router.openapi(
    createRoute({
      ...anyone,
      method: 'get',
      path: '/api/v1/search',
      operationId: 'search',
      tags: ['search'],
      summary: 'Search for people and hashtags',
      description:
        'People by username and display name, whatever the accents and capitals, with typing errors; hashtags by how ' +
        'they begin. `@…` finds people alone, `#…` hashtags alone.',
      request: {
        query: z.strictObject({ q: singleLineText(100, 1), limit: pageQuery.limit }),
      },
      responses: {
        200: { description: 'The best matches first.', content: { 'application/json': { schema: SearchResults } } },
        ...problems(401, 422, 429, 503),
      },
    }),
    async (c) => {
      const { q, limit } = c.req.valid('query')
      const viewerId = maybeViewerOf(c)?.id ?? null
      const { name, tagPrefix } = readSearchTerm(q)
      const [rows, tags] = await Promise.all([
        name === null ? [] : searchPeople(emOf(c), { name, viewerId, limit }),
        tagPrefix === null ? [] : neighbours.findTags(tagPrefix, Math.min(limit, maxTags)).catch(withoutTags),
      ])
      return c.json({ people: rows.map((row) => toPersonInList(row, viewerId)), tags }, 200)

      function withoutTags(error: unknown): [] {
        if (!(error instanceof NeighbourError)) throw error
        degrade(c, 'post')
        return []
      }
    },
  )

  // --- paths of earlier systems -----------------------------------------------------------------------------------

  router.openapi(
    createRoute({
      ...signedIn,
      middleware: [deprecated('/api/v1/users/{id}/follow'), ...signedIn.middleware],
      method: 'post',
      path: '/users/follow',
      operationId: 'followUserByBody',
      tags: ['deprecated'],
      deprecated: true,
      summary: 'Follow a person',
      description: 'Use `PUT /api/v1/users/{id}/follow`.',
      request: { body: { content: { 'application/json': { schema: z.strictObject({ userIdToFollow: PersonRef }) } } } },
      responses: { 204: done, ...problems(400, 401, 404, 409, 413, 415, 422, 429, 503) },
    }),
    async (c) => {
      return idempotentAfter(
        c,
        () => resolvePerson({ em: emOf(c), ...neighbours }, c.req.valid('json').userIdToFollow),
        async ({ id }) => {
          await followPerson({ em: emOf(c), viewer: viewerOf(c), now: clock() }, id)
          return c.body(null, 204)
        },
      )
    },
  )

  for (const which of ['followers', 'following'] as const) {
    router.openapi(
      createRoute({
        ...signedIn,
        middleware: [deprecated(`/api/v1/users/{id}/${which}`), ...signedIn.middleware],
        method: 'get',
        path: `/users/${which}`,
        operationId: which === 'followers' ? 'listMyFollowers' : 'listMyFollowing',
        tags: ['deprecated'],
        deprecated: true,
        summary: which === 'followers' ? 'Who follows you' : 'Whom you follow',
        description: `Use \`GET /api/v1/users/{id}/${which}\`.`,
        request: { query: list },
        responses: { 200: people, ...problems(400, 401, 422, 429, 503) },
      }),
      async (c) => {
        const { id } = viewerOf(c)
        return c.json(await followsPage(emOf(c), which, { userId: id, viewerId: id, ...c.req.valid('query') }), 200)
      },
    )
  }

  return router
}
