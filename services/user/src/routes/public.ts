import type { TextRules } from '@daguerre/copies/text-rules'
import {
  HiddenWords,
  maySeeFollows,
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
import { type Copies, copyKey, type Holds, personCopy } from '@daguerre/copies/copies'
import { type CursorCodec, fillPage, page, pageQuery } from '@daguerre/kit/cursor'
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
import type { Context } from 'hono'
import { blockPerson } from '../block/block-person.ts'
import { unblockPerson } from '../block/unblock-person.ts'
import { addCloseFriend } from '../close-friend/add-close-friend.ts'
import { removeCloseFriend } from '../close-friend/remove-close-friend.ts'
import { answerRequest } from '../follow-request/answer-request.ts'
import { followPerson } from '../follow/follow-person.ts'
import { type FollowList, listPeople } from '../follow/list-people.ts'
import { SuggestionPosition, suggestPeople } from '../follow/suggest-people.ts'
import { unfollowPerson } from '../follow/unfollow-person.ts'
import { keepWords } from '../hidden-words/keep-words.ts'
import { readWords } from '../hidden-words/read-words.ts'
import { listMutes, toMutedPerson } from '../mute/list-mutes.ts'
import { mutePerson } from '../mute/mute-person.ts'
import { unmutePerson } from '../mute/unmute-person.ts'
import type { Neighbours } from '../neighbours.ts'
import { chooseAvatar } from '../profile/choose-avatar.ts'
import { ensureViewer } from '../profile/ensure-viewer.ts'
import {
  accountOf,
  isFound,
  isSeen,
  type Profile,
  type RelationRow,
  standingTo,
  toPerson,
  toPersonInList,
  toPersonShort,
} from '../profile/profile.ts'
import { readPerson } from '../profile/read-person.ts'
import { findPerson, resolvePerson } from '../profile/resolve-person.ts'
import { updateProfile } from '../profile/update-profile.ts'
import { restrictPerson } from '../restriction/restrict-person.ts'
import { unrestrictPerson } from '../restriction/unrestrict-person.ts'
import { searchPeople } from '../search/search-people.ts'
import { readSearchTerm } from '../search/search-term.ts'

export interface PublicDeps {
  neighbours: Neighbours
  copies: Pick<Copies, 'keep'>
  holds: Holds
  onCacheError: (error: unknown) => void
  /** Begins to accept all requests to accounts that are private no longer. */
  acceptRequests: () => Promise<void>
  /** What nobody may write. */
  textRules: TextRules
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
const hiddenWords = {
  description: 'The words.',
  content: { 'application/json': { schema: HiddenWords } },
}
const done = { description: 'It is so, however often this is said.' }
const personPath = z.object({ id: PersonRef })
const list = z.strictObject(pageQuery)
const maxTags = 50

/** Lists of people that are somebody's own matter. */
const ownLists = [
  {
    which: 'follow-requests',
    operationId: 'listFollowRequests',
    summary: 'Who asks to follow you',
    description: 'The latest first, while your account is private.',
    isShown: isSeen,
  },
  {
    which: 'blocked',
    operationId: 'listBlocked',
    summary: 'Whom you block',
    description: 'The latest first. Nobody else sees this.',
    // Also who is not there for them any more: or they could not be unblocked.
    isShown: () => true,
  },
  {
    which: 'restricted',
    operationId: 'listRestricted',
    summary: 'Whom you restrict',
    description: 'The latest first. Nobody else sees this.',
    isShown: isFound,
  },
  {
    which: 'close-friends',
    operationId: 'listCloseFriends',
    summary: 'Your close friends',
    description: 'The latest first. Nobody else sees this.',
    isShown: isSeen,
  },
] as const

/** Routes of people and of the search for them, as clients see them. */
export function publicRoutes({
  neighbours,
  copies,
  holds,
  onCacheError,
  acceptRequests,
  textRules,
  cursors,
  clock,
}: PublicDeps) {
  const router = createRouter({ read: 'read', write: 'follow' })

  /** A page of people of whom the viewer sees only some, in a list that goes by `position`. */
  async function pageOf<Row extends Profile & RelationRow & { position: string }>(
    scope: string,
    { limit, cursor, viewerId }: { limit: number; cursor?: string | undefined; viewerId: string | null },
    read: (keyset: { before: string | null; limit: number }) => Promise<Row[]>,
    isShown: typeof isSeen = isSeen,
  ) {
    const from = cursor === undefined ? null : cursors.decode(scope, cursor, z.uuid())
    const { items, last } = await fillPage<Row>(
      (after, most) => read({ before: after?.position ?? from, limit: most }),
      async (rows) => rows.filter((row) => isShown(row, viewerId)),
      limit,
    )
    return { items, nextCursor: last ? cursors.encode(scope, last.position) : null }
  }

  async function peoplePage(
    scope: string,
    query: { limit: number; cursor?: string | undefined; viewerId: string | null },
    read: (keyset: {
      before: string | null
      limit: number
    }) => Promise<(Profile & RelationRow & { position: string })[]>,
    isShown: typeof isSeen = isSeen,
  ) {
    const { items, nextCursor } = await pageOf(scope, query, read, isShown)
    return { items: items.map((row) => toPersonInList(row, query.viewerId)), nextCursor }
  }

  function followsPage(
    em: EntityManager,
    which: FollowList,
    query: { userId: string; viewerId: string | null; limit: number; cursor?: string | undefined },
  ) {
    const { userId, viewerId } = query
    return peoplePage(`${which}:${userId}:${viewerId ?? ''}`, query, (keyset) =>
      listPeople(em, which, { userId, viewerId, ...keyset }),
    )
  }

  /** Somebody in a path, whom the viewer sees. */
  function personOf(c: Context, ref: string) {
    return findPerson({ em: emOf(c), ...neighbours }, ref, maybeViewerOf(c)?.id ?? null)
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
        'Only what is named changes; null removes a website or a picture. The picture is a photo of yours that is ready. What moderators have blocked is 422 `text.blocked`, with the fields in which it stands.',
      request: { body: { content: { 'application/json': { schema: ProfileEdit } } } },
      responses: { 200: person, ...problems(400, 401, 409, 413, 415, 422, 429, 503) },
    }),
    async (c) => {
      const viewer = viewerOf(c)
      const em = emOf(c)
      const { avatarMediaId, ...change } = c.req.valid('json')
      await textRules.check([
        ['#/displayName', change.displayName],
        ['#/bio', change.bio],
        ['#/website', change.website],
      ])
      const avatar =
        typeof avatarMediaId === 'string'
          ? await chooseAvatar({ findMedia: neighbours.findMedia, ownerId: viewer.id }, avatarMediaId)
          : avatarMediaId
      const profile = await holds.during([copyKey.person(viewer.id)], () =>
        updateProfile({ em, viewer }, { ...change, avatar }),
      )
      // At once for all: it may be for fewer now.
      const copy = personCopy({ person: toPersonShort(profile), version: profile.version, account: accountOf(profile) })
      if (change.private !== undefined) await copies.keep([copy]).catch(onCacheError)
      if (change.private === false) void acceptRequests()
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
        'Their posts come to your home feed. Of a private account you ask to: `viewer.requested` until they answer. Nobody follows ' +
        'themselves (`follow.self`), whom they block (`follow.blocked`), or more than 7500 people (`follow.too_many`).',
      request: { params: personPath },
      responses: { 204: done, ...problems(401, 404, 409, 422, 429, 503) },
      'x-rate-limit': 'follow',
    }),
    async (c) => {
      const em = emOf(c)
      const viewer = viewerOf(c)
      const { id } = await personOf(c, c.req.valid('param').id)
      await holds.during([copyKey.relations(viewer.id)], () => followPerson({ em, viewer, now: clock() }, id))
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
      description: 'Their posts leave your home feed. A request to follow is withdrawn.',
      request: { params: personPath },
      responses: { 204: done, ...problems(401, 404, 422, 429, 503) },
    }),
    async (c) => {
      const em = emOf(c)
      const { id: followerId } = viewerOf(c)
      const { id: followeeId } = await personOf(c, c.req.valid('param').id)
      await holds.during([copyKey.relations(followerId)], () =>
        unfollowPerson({ em, now: clock() }, { followerId, followeeId }),
      )
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
      const { id } = await personOf(c, c.req.valid('param').id)
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
      const { id } = await personOf(c, c.req.valid('param').id)
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
      const query = { ...c.req.valid('query'), viewerId: muterId }
      const { items, nextCursor } = await pageOf(
        `muted:${muterId}`,
        query,
        (keyset) => listMutes(emOf(c), { muterId, now: clock(), ...keyset }),
        isFound,
      )
      return c.json({ items: items.map(toMutedPerson), nextCursor }, 200)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'put',
      path: '/api/v1/users/{id}/block',
      operationId: 'blockUser',
      tags: ['users'],
      summary: 'Block a person',
      description:
        'Neither of you sees the other any more, anywhere: posts, comments, likes, lists, search, notifications. Follows, requests and close ' +
        'friendships between you end, and do not come back with the block. They are not told: to them you are not there. ' +
        'Nobody blocks themselves (`block.self`), or more than 10000 people (`block.too_many`).',
      request: { params: personPath },
      responses: { 204: done, ...problems(401, 404, 409, 422, 429, 503) },
    }),
    async (c) => {
      const [em, viewer] = [emOf(c), viewerOf(c)]
      const { id } = await personOf(c, c.req.valid('param').id)
      const held = [copyKey.relations(viewer.id), copyKey.relations(id)]
      await holds.during(held, () => blockPerson({ em, viewer, now: clock() }, id))
      return c.body(null, 204)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'delete',
      path: '/api/v1/users/{id}/block',
      operationId: 'unblockUser',
      tags: ['users'],
      summary: 'Block a person no longer',
      description: 'You see each other again. Who followed whom before does not any more.',
      request: { params: personPath },
      responses: { 204: done, ...problems(401, 404, 422, 429, 503) },
    }),
    async (c) => {
      const [em, viewer] = [emOf(c), viewerOf(c)]
      // Also of somebody who blocks the viewer in turn, and so is not there for them.
      const { id } = await resolvePerson({ em, ...neighbours }, c.req.valid('param').id)
      const held = [copyKey.relations(viewer.id), copyKey.relations(id)]
      const wasBlocked = await holds.during(held, () => unblockPerson({ em, viewer }, id))
      if (!wasBlocked) await personOf(c, id)
      return c.body(null, 204)
    },
  )

  for (const { which, operationId, summary, description, isShown } of ownLists) {
    router.openapi(
      createRoute({
        ...signedIn,
        method: 'get',
        path: `/api/v1/users/me/${which}`,
        operationId,
        tags: ['users'],
        summary,
        description,
        request: { query: list },
        responses: { 200: people, ...problems(400, 401, 422, 429, 503) },
      }),
      async (c) => {
        const { id } = viewerOf(c)
        const query = { ...c.req.valid('query'), viewerId: id }
        const page = await peoplePage(
          `${which}:${id}`,
          query,
          (keyset) => listPeople(emOf(c), which, { userId: id, viewerId: id, ...keyset }),
          isShown,
        )
        return c.json(page, 200)
      },
    )
  }

  for (const isAccepted of [true, false]) {
    router.openapi(
      createRoute({
        ...signedIn,
        method: 'post',
        path: `/api/v1/users/me/follow-requests/{id}/${isAccepted ? 'accept' : 'decline'}`,
        operationId: isAccepted ? 'acceptFollowRequest' : 'declineFollowRequest',
        tags: ['users'],
        summary: isAccepted ? 'Let a person follow you' : 'Do not let a person follow you',
        description: isAccepted
          ? 'They see what your followers see from now on. 404 `follow_request.not_found` if they do not ask (any more), 409 `follow.too_many` if they follow 7500 people.'
          : 'They are not told, and may ask again. 404 `follow_request.not_found` if they do not ask (any more).',
        request: { params: personPath },
        responses: { 204: { description: 'It is answered.' }, ...problems(401, 404, 409, 422, 429, 503) },
      }),
      async (c) => {
        const [em, { id: targetId }] = [emOf(c), viewerOf(c)]
        const { id: requesterId } = await personOf(c, c.req.valid('param').id)
        await holds.during([copyKey.relations(requesterId)], () =>
          answerRequest({ em, now: clock() }, { requesterId, targetId }, { isAccepted }),
        )
        return c.body(null, 204)
      },
    )
  }

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'delete',
      path: '/api/v1/users/me/followers/{id}',
      operationId: 'removeFollower',
      tags: ['users'],
      summary: 'Remove a follower',
      description: 'They are not told, and may follow you again, or ask to.',
      request: { params: personPath },
      responses: { 204: done, ...problems(401, 404, 422, 429, 503) },
    }),
    async (c) => {
      const [em, { id: followeeId }] = [emOf(c), viewerOf(c)]
      const { id: followerId } = await personOf(c, c.req.valid('param').id)
      await holds.during([copyKey.relations(followerId)], () =>
        unfollowPerson({ em, now: clock() }, { followerId, followeeId }),
      )
      return c.body(null, 204)
    },
  )

  for (const method of ['put', 'delete'] as const) {
    const change = method === 'put' ? addCloseFriend : removeCloseFriend
    router.openapi(
      createRoute({
        ...signedIn,
        method,
        path: '/api/v1/users/me/close-friends/{id}',
        operationId: method === 'put' ? 'addCloseFriend' : 'removeCloseFriend',
        tags: ['users'],
        summary: method === 'put' ? 'Make a person your close friend' : 'No longer have a person as a close friend',
        description:
          'They are not told.' +
          (method === 'put'
            ? ' They see your posts for close friends, old ones too. Not yourself (`close_friend.self`), nobody whom you block (`close_friend.blocked`), 1000 people at most (`close_friend.too_many`).'
            : ' What was for close friends they see no longer.'),
        request: { params: personPath },
        responses: { 204: done, ...problems(401, 404, 409, 422, 429, 503) },
      }),
      async (c) => {
        const [em, viewer] = [emOf(c), viewerOf(c)]
        const { id } = await personOf(c, c.req.valid('param').id)
        await holds.during([copyKey.relations(id)], () => change({ em, viewer }, id))
        return c.body(null, 204)
      },
    )
  }

  for (const method of ['put', 'delete'] as const) {
    const change = method === 'put' ? restrictPerson : unrestrictPerson
    router.openapi(
      createRoute({
        ...signedIn,
        method,
        path: '/api/v1/users/{id}/restrict',
        operationId: method === 'put' ? 'restrictUser' : 'unrestrictUser',
        tags: ['users'],
        summary: method === 'put' ? 'Restrict a person' : 'Restrict a person no longer',
        description:
          method === 'put'
            ? 'What they say below your posts from now on, you and they alone see until you let it through (`GET users/me/held-comments`), and nothing ' +
              'that they do is told to you. They see no difference. Nobody restricts themselves (`restrict.self`), or more than 1000 people (`restrict.too_many`).'
            : 'What they say is shown at once again, and you are told of it. What is held stays so until you let it through.',
        request: { params: personPath },
        responses: { 204: done, ...problems(401, 404, 409, 422, 429, 503) },
      }),
      async (c) => {
        const [em, viewer] = [emOf(c), viewerOf(c)]
        const { id } = await personOf(c, c.req.valid('param').id)
        await change({ em, viewer }, id)
        return c.body(null, 204)
      },
    )
  }

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'get',
      path: '/api/v1/users/me/hidden-words',
      operationId: 'getHiddenWords',
      tags: ['users'],
      summary: 'What nobody is to read below your posts',
      description: 'Nobody else sees this.',
      responses: { 200: hiddenWords, ...problems(401, 429, 503) },
    }),
    async (c) => {
      const { id } = viewerOf(c)
      return c.json({ words: (await readWords(emOf(c), [id])).get(id) ?? [] }, 200)
    },
  )

  router.openapi(
    createRoute({
      ...signedIn,
      method: 'put',
      path: '/api/v1/users/me/hidden-words',
      operationId: 'setHiddenWords',
      tags: ['users'],
      summary: 'Hide words below your posts',
      description:
        'The whole list. A comment that somebody makes from now on and that has one of them in it, you and they alone see until you let it through ' +
        '(`GET users/me/held-comments`); they see no difference. Whole words and phrases, whatever their capitals, accents and width; signs anywhere.',
      request: { body: { required: true, content: { 'application/json': { schema: HiddenWords } } } },
      responses: { 200: hiddenWords, ...problems(400, 401, 413, 415, 422, 429, 503) },
    }),
    async (c) => {
      return c.json({ words: await keepWords(emOf(c), viewerOf(c).id, c.req.valid('json').words) }, 200)
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
        description:
          'The newest follow first. Of a private account its followers alone see them: to others there are none.',
        request: { params: personPath, query: list },
        responses: { 200: people, ...problems(400, 401, 404, 422, 429, 503) },
      }),
      async (c) => {
        const em = emOf(c)
        const viewerId = maybeViewerOf(c)?.id ?? null
        const person = await personOf(c, c.req.valid('param').id)
        if (!maySeeFollows(standingTo(person, viewerId), accountOf(person)))
          return c.json({ items: [], nextCursor: null }, 200)
        const { id: userId } = person
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
      'x-rate-limit': 'follow',
    }),
    async (c) => {
      return idempotentAfter(
        c,
        () => personOf(c, c.req.valid('json').userIdToFollow),
        async ({ id }) => {
          const [em, viewer] = [emOf(c), viewerOf(c)]
          await holds.during([copyKey.relations(viewer.id)], () => followPerson({ em, viewer, now: clock() }, id))
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
