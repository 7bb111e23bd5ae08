import { openTestCopies } from '@daguerre/copies/testing'
import { testTextRules } from '@daguerre/copies/testing-texts'
import {
  noRelation,
  type AccountState,
  type Audience,
  events,
  type EventDefinition,
  maySpeak,
  type PersonShort,
  type PostDocument,
  postInternal,
  type Relation,
  type Speakers,
  userInternal,
  mentionLimits,
} from '@daguerre/contracts'
import { createAllowance } from '@daguerre/kit/allowance'
import type { Copies } from '@daguerre/copies/copies'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { createHttpApp } from '@daguerre/kit/http'
import { newId } from '@daguerre/kit/id'
import { silentLogger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import {
  asSidecar,
  cloudEvent,
  createTestDatabase,
  fakeDapr,
  memoryDeadLetters,
  testConfig,
  testTokens,
  testViewer,
} from '@daguerre/kit/testing'
import type { Viewer } from '@daguerre/kit/tokens'
import type { z } from 'zod'
import { createApp } from '../src/app.ts'
import { database as interactionDatabase } from '../src/database.ts'
import { createNeighbours } from '../src/neighbours.ts'
import { createPeople } from '../src/people.ts'
import type { PostRef } from '../src/posts/store-post.ts'

export interface Answer {
  status: number
  headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of many shapes
  body: any
}

/** interaction on a database of its own, with post and user faked by their contracts. */
export async function createFixture() {
  const config = testConfig({ APP_ID: 'interaction' })
  const database = await createTestDatabase({ ...interactionDatabase, poolMax: 20 })
  const tokens = await testTokens(config)
  const log = silentLogger()

  const shared = openTestCopies()
  const posts = new Map<string, PostRef>()
  const people = new Map<string, PersonShort>()
  const follows = new Set<string>()
  /** `<blocker id>:<blocked id>` */
  const blocks = new Set<string>()
  const accounts = new Map<string, AccountState>()
  /** `<owner id>:<restricted id>` */
  const restrictions = new Set<string>()
  /** Whom somebody lets comment, of whom not everybody does. */
  const commentsBy = new Map<string, Speakers>()
  /** `<who mentions>:<whom they may not>` */
  const unmentioned = new Set<string>()
  /** A word that somebody has hidden, by whose it is. */
  const hiddenWords = new Map<string, string>()
  const dapr = fakeDapr(
    {
      post: fakePost(posts),
      user: fakeUser({
        people,
        follows,
        blocks,
        accounts,
        restrictions,
        hiddenWords,
        commentsBy,
        unmentioned,
        copies: shared.copies,
      }),
    },
    config,
  )
  const neighbours = createNeighbours(dapr)
  const deadLetters = memoryDeadLetters()
  let statements = 0
  // Kit's query asks for Kysely once a statement.
  function forkEm() {
    const em = database.orm.em.fork()
    const getKysely = em.getKysely.bind(em)
    em.getKysely = (...args) => {
      statements++
      return getKysely(...args)
    }
    return em
  }
  const peopleCache = createPeople({ dapr, loadPeople: neighbours.loadPeople, log })
  const mentions = createAllowance({ ...shared, name: 'mention', ...mentionLimits })
  const texts = testTextRules()
  const app = createApp({
    config,
    log,
    forkEm,
    verifier: tokens.verifier,
    cursors: createCursorCodec(config),
    mentions,
    neighbours,
    people: peopleCache,
    copies: shared.copies,
    holds: shared.holds,
    grants: shared.grants,
    onCacheError: shared.onError,
    textRules: texts.textRules,
    deadLetters,
    clock: () => new Date(),
  })

  async function request(
    method: string,
    path: string,
    viewer?: Viewer,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const response = await app.request(path, {
      method,
      headers: {
        ...(viewer && (await tokens.headersFor(viewer))),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
  }

  async function deliver(event: unknown, topic = 'post') {
    const response = await app.request(`/events/${topic}`, {
      method: 'POST',
      headers: asSidecar(config),
      body: JSON.stringify(event),
    })
    const { status } = (await response.json()) as { status: string }
    return status
  }

  return {
    app,
    /** Blocked words and domains. */
    blockedTexts: texts.rules,
    config,
    database,
    tokens,
    dapr,
    deadLetters,
    posts,
    people,
    follows,
    blocks,
    accounts,
    restrictions,
    hiddenWords,
    commentsBy,
    unmentioned,
    neighbours,
    shared,
    peopleCache,
    orm: database.orm,
    forkEm,
    request,
    deliver,
    async drop() {
      shared.close()
      await database.drop()
    },

    /** Somebody whom user knows. */
    mentions,
    person(username = `person.${newId().slice(-8)}`): Viewer {
      const viewer = testViewer(username)
      people.set(viewer.id, { id: viewer.id, username, displayName: username.toUpperCase(), avatar: null })
      return viewer
    },
    /** A post that post knows, and that no event has told of. */
    post(
      author: Viewer,
      state: PostRef['state'] = 'published',
      audience: Audience = 'public',
      { commentsOff = false, likesHidden = false } = {},
    ): string {
      const id = newId()
      posts.set(id, { id, authorId: author.id, state, audience, commentsOff, likesHidden, version: 2 })
      return id
    },
    /** The post is gone, and the event of it has arrived. */
    async deletePost(postId: string) {
      const post = posts.get(postId)
      if (!post) throw new Error('no such post')
      posts.set(postId, { ...post, state: 'deleted', version: post.version + 1 })
      await deliver(postDeletedEvent(postId, post.authorId, post.version + 1))
    },
    async comment(postId: string, viewer: Viewer, text = 'What light!', parentId?: string): Promise<string> {
      const answer = await request('POST', `/api/v1/posts/${postId}/comments`, viewer, { text, parentId })
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body.id
    },
    /** Counts and what the viewer has done, as post asks for them. */
    async states(postIds: string[], viewerId: string | null = null) {
      const response = await app.request('/internal/posts/states', {
        method: 'POST',
        headers: asSidecar(config),
        body: JSON.stringify({ postIds, viewerId }),
      })
      const body = (await response.json()) as {
        items: { postId: string; counts: { likes: number; comments: number }; viewer: unknown }[]
      }
      return new Map(body.items.map((item) => [item.postId, item]))
    },
    /** What is in the outbox of one type, in order. */
    async emitted<Data extends z.ZodType>(definition: EventDefinition<Data>, about?: string) {
      const rows = await query<{ subject: string; version: string; data: z.output<Data> }>(
        forkEm(),
        `select subject, version, data from outbox where type = $1 and ($2::text is null or data::text like '%' || $2 || '%') order by id`,
        [definition.type, about ?? null],
      )
      return rows.map((row) => ({ ...row, version: Number(row.version) }))
    },
    /** How many statements requests send to PostgreSQL (outside of transactions) while `work` runs. */
    async statementsOf(work: () => Promise<void>): Promise<number> {
      const before = statements
      await work()
      return statements - before
    },
    /** Rows of a table that belong to a post. */
    async countRows(table: string, postId: string): Promise<number> {
      const [row] = await query<{ rows: number }>(
        forkEm(),
        `select count(*)::int as rows from ${table} where post_id = $1`,
        [postId],
      )
      return row?.rows ?? 0
    },
    /** Likes of comments that are not there. */
    async strayLikes(): Promise<number> {
      const rows = await query(
        forkEm(),
        `/* test */ select from comment_like l where not exists (select from comment c where c.id = l.comment_id)`,
      )
      return rows.length
    },
  }
}

export type Fixture = Awaited<ReturnType<typeof createFixture>>

export function postCreatedEvent(postId: string, authorId: string, version = 2) {
  return cloudEvent('post', {
    topic: events.postCreated.topic,
    type: events.postCreated.type,
    subject: postId,
    version,
    data: { ...events.postCreated.example, postId, authorId },
  })
}

export function postDeletedEvent(postId: string, authorId: string, version = 3) {
  return cloudEvent('post', {
    topic: events.postDeleted.topic,
    type: events.postDeleted.type,
    subject: postId,
    version,
    data: { ...events.postDeleted.example, postId, authorId },
  })
}

function fakeApp(appId: string) {
  return createHttpApp({ config: testConfig({ APP_ID: appId }), log: silentLogger() })
}

function fakePost(posts: Map<string, PostRef>) {
  const app = fakeApp('post')
  app.openapi(postInternal.refs, (c) => {
    const { ids } = c.req.valid('json')
    return c.json({ items: ids.flatMap((id) => posts.get(id) ?? []) }, 200)
  })
  app.openapi(postInternal.documents, (c) => {
    const { ids } = c.req.valid('json')
    const found = ids.flatMap((id) => posts.get(id) ?? []).filter((post) => post.state === 'published')
    return c.json({ items: found.map(documentOf) }, 200)
  })
  return app
}

function documentOf({ id, authorId, audience, likesHidden, version }: PostRef) {
  const document: PostDocument = {
    id,
    caption: '',
    entities: [],
    media: [],
    location: null,
    audience,
    state: 'published',
    ...(likesHidden && { likesHidden }),
    createdAt: '2026-11-23T07:00:00.000Z',
    editedAt: null,
  }
  return { version, authorId, authorUsername: 'author', document }
}

/** @param follows `<follower id>:<followee id>` @param blocks `<blocker id>:<blocked id>` */
function fakeUser({
  people,
  follows,
  blocks,
  accounts,
  restrictions,
  hiddenWords,
  commentsBy,
  unmentioned,
  copies,
}: {
  people: Map<string, PersonShort>
  follows: Set<string>
  blocks: Set<string>
  accounts: Map<string, AccountState>
  restrictions: Set<string>
  hiddenWords: Map<string, string>
  commentsBy: Map<string, Speakers>
  unmentioned: Set<string>
  copies: Copies
}) {
  const app = fakeApp('user')
  function isBlocked(viewerId: string, id: string): boolean {
    return blocks.has(`${viewerId}:${id}`) || blocks.has(`${id}:${viewerId}`)
  }
  async function fillRelations(viewerId: string): Promise<void> {
    if (await copies.areRelationsFilled(viewerId)) return
    const others = [...blocks].flatMap((pair) => pair.split(':')).filter((id) => isBlocked(viewerId, id))
    const all = others.map((userId) => ({ userId, isBlocked: true, isCloseFriend: false }))
    await copies.fillRelations(viewerId, all, performance.now())
  }
  function relationOf(viewerId: string, id: string): Relation {
    return {
      ...noRelation,
      following: follows.has(`${viewerId}:${id}`),
      followedBy: follows.has(`${id}:${viewerId}`),
      blocked: blocks.has(`${viewerId}:${id}`),
    }
  }
  app.openapi(userInternal.people, (c) => {
    const { ids, usernames, mentionedBy } = c.req.valid('json')
    const named = [...people.values()].filter(({ id, username }) => {
      return usernames.includes(username) && !(mentionedBy && unmentioned.has(`${mentionedBy}:${id}`))
    })
    const found = new Map([...ids.flatMap((id) => people.get(id) ?? []), ...named].map((person) => [person.id, person]))
    const items = [...found.values()]
    return c.json({ items, accounts: items.map(({ id }) => accounts.get(id) ?? 'open') }, 200)
  })
  app.openapi(userInternal.judgements, (c) => {
    const { comments } = c.req.valid('json')
    const heldBy = comments.map(({ writerId, authorId, text }) => {
      if (restrictions.has(`${authorId}:${writerId}`)) return 'restriction' as const
      const word = hiddenWords.get(authorId)
      return word !== undefined && text.includes(word) ? ('words' as const) : null
    })
    const onlyFor = comments.map(({ writerId, authorId }) => {
      const speakers = commentsBy.get(authorId) ?? 'everybody'
      const ties = {
        follows: follows.has(`${writerId}:${authorId}`),
        isFollowed: follows.has(`${authorId}:${writerId}`),
      }
      return maySpeak(speakers, ties) ? null : speakers
    })
    return c.json({ heldBy, onlyFor }, 200)
  })
  app.openapi(userInternal.relations, async (c) => {
    const { viewerId, ids, withPeople } = c.req.valid('json')
    await fillRelations(viewerId)
    const items = ids.map((id) => ({
      userId: id,
      relation: relationOf(viewerId, id),
      isBlocked: isBlocked(viewerId, id),
      isCloseFriend: false,
    }))
    return c.json({ items, ...(withPeople && { people: ids.flatMap((id) => people.get(id) ?? []) }) }, 200)
  })
  return app
}
