import type { ActKind, BlockedTextRule, makeEvent, Reportable, Role, Subject, SubjectKind } from '@daguerre/contracts'
import { openTestCopies } from '@daguerre/copies/testing'
import { eraseDue } from '@daguerre/kit/erasures'
import { eraseForgotten } from '@daguerre/kit/forget-events'
import { newId } from '@daguerre/kit/id'
import { createLogger } from '@daguerre/kit/log'
import { NeighbourError } from '@daguerre/kit/neighbour'
import { query } from '@daguerre/kit/postgres'
import { cloudEvent, createTestDatabase, memoryDeadLetters, testConfig, testTokens } from '@daguerre/kit/testing'
import { ordinaryScopes } from '@daguerre/kit/tokens'
import { endSuspensions } from '../src/act/end-suspensions.ts'
import { createApp } from '../src/app.ts'
import { verifyChain } from '../src/audit/verify-chain.ts'
import { database } from '../src/database.ts'
import { eraseContent } from '../src/leaving/erase-content.ts'
import { erasePerson } from '../src/leaving/erase-person.ts'

export interface Somebody {
  id: string
  username: string
  sessionId: string
  scopes: readonly string[]
}

export interface Answer {
  status: number
  headers: Headers
  // What a route answers is what the tests are about: they look at it untyped, as a client would get it.
  // oxlint-disable-next-line typescript/no-explicit-any -- as said above
  body: any
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** The service on a database of its own; the owners of posts, comments and accounts are in memory. */
export async function openStage({ reportsPerDay = 5 } = {}) {
  const config = { ...testConfig({ APP_ID: 'moderation' }), REPORTS_PER_DAY: reportsPerDay }
  const { orm, drop } = await createTestDatabase(database)
  const shared = openTestCopies()
  const tokens = await testTokens(config)
  /** Things there, and who alone may see them if not all. */
  const things = new Map<string, Reportable & { kind: SubjectKind; seenBy: string | null }>()
  const roles = new Map<string, Role>()
  /** What photos look like, as media says. */
  const hashes = new Map<string, string>()
  /** The list of blocked texts as others read it. */
  const textRules: BlockedTextRule[] = []
  let now = new Date()
  let isAway = false

  function find(kind: SubjectKind) {
    return async (ids: string[], viewerId: string | null) => {
      if (isAway) throw new NeighbourError(kind, 0, 'no answer')
      return ids.flatMap((id) => {
        const thing = things.get(id)
        const isSeen = thing?.kind === kind && (viewerId === null || thing.seenBy === null || thing.seenBy === viewerId)
        return isSeen ? [thing] : []
      })
    }
  }

  const app = createApp({
    config,
    log: createLogger({ service: 'moderation', level: 'silent' }),
    forkEm: () => orm.em.fork(),
    verifier: tokens.verifier,
    grants: shared.grants,
    neighbours: {
      find: { post: find('post'), comment: find('comment'), account: find('account') },
      async rolesOf(ids) {
        if (isAway) throw new NeighbourError('auth', 0, 'no answer')
        return new Map(ids.flatMap((id) => (roles.has(id) ? [[id, roles.get(id)!]] : [])))
      },
      async hashesOf(ids) {
        if (isAway) throw new NeighbourError('media', 0, 'no answer')
        return ids.flatMap((id) => hashes.get(id) ?? [])
      },
    },
    async keepTextRules(rules) {
      textRules.splice(0, textRules.length, ...rules)
    },
    deadLetters: memoryDeadLetters(),
    clock: () => now,
  })

  async function request(
    method: string,
    path: string,
    { as, body, key, api = true }: { as?: Somebody | undefined; body?: unknown; key?: string; api?: boolean } = {},
  ): Promise<Answer> {
    const response = await app.request(api ? `/api/v1${path}` : path, {
      method,
      headers: {
        ...(as && (await tokens.headersFor(as))),
        ...(!api && { 'dapr-api-token': config.APP_API_TOKEN }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }

  /** Items of a list, one a page, to its end. */
  async function walk(path: string, as: Somebody): Promise<Answer['body'][]> {
    const items: Answer['body'][] = []
    let cursor = ''
    do {
      const { body } = await request('GET', `${path}?limit=1${cursor}`, { as })
      items.push(...body.items)
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
    } while (cursor !== '' && items.length < 20)
    return items
  }

  function person(username: string): Somebody {
    const made = { id: newId(), username, sessionId: newId(), scopes: ordinaryScopes }
    things.set(made.id, {
      id: made.id,
      kind: 'account',
      person: { id: made.id, username },
      text: username,
      images: [],
      postId: null,
      seenBy: null,
    })
    return made
  }

  function thing(kind: 'post' | 'comment', author: Somebody, seenBy: Somebody | null = null): Subject {
    const id = newId()
    const { id: authorId, username } = author
    things.set(id, {
      id,
      kind,
      person: { id: authorId, username },
      text: `${kind} of ${username}`,
      images: kind === 'post' ? [`/media/${id}/thumbnail.webp`] : [],
      // One photo, with the id of its post.
      ...(kind === 'post' && { mediaIds: [id] }),
      postId: kind === 'post' ? id : newId(),
      seenBy: seenBy?.id ?? null,
    })
    return { kind, id }
  }

  function holder(username: string, role: Role, scopes: readonly string[]): Somebody {
    const made = person(username)
    roles.set(made.id, role)
    return { ...made, scopes: [...ordinaryScopes, ...scopes] }
  }

  return {
    request,
    walk,
    person,
    moderator: (username: string) => holder(username, 'moderator', ['moderate']),
    admin: (username: string) => holder(username, 'admin', ['moderate', 'admin']),
    post: (author: Somebody, seenBy?: Somebody) => thing('post', author, seenBy),
    /** A post with a photo that looks so. */
    postOf(author: Somebody, hash: string): Subject {
      const post = thing('post', author)
      hashes.set(post.id, hash)
      return post
    },
    comment: (author: Somebody) => thing('comment', author),
    account: ({ id }: Somebody): Subject => ({ kind: 'account', id }),
    remove: (subject: Subject) => things.delete(subject.id),
    report: (as: Somebody, subject: Subject, reason = 'spam', text = '') =>
      request('POST', '/reports', { as, body: { subject, reason, text } }),
    act: (
      as: Somebody,
      kind: ActKind,
      subject: Subject,
      more: { until?: string; caseId?: string; reason?: string; blockPhotos?: boolean } = {},
    ) => request('POST', '/moderation/acts', { as, body: { kind, subject, reason: 'Against the rules', ...more } }),
    /** What somebody else tells by an event, to which the broker gets this answer. */
    async tell(publisher: string, event: ReturnType<typeof makeEvent>): Promise<string> {
      const path = `/events/${event.topic}`
      return (await request('POST', path, { api: false, body: cloudEvent(publisher, event) })).body.status
    },
    /** Makes the passes that are due over what is gone. */
    async erase() {
      const em = orm.em.fork()
      for (const kind of ['post', 'comment'] as const) {
        await eraseDue(em, { kind, pausesSeconds: [], erase: (id) => eraseContent(em, kind, id) })
      }
      await eraseDue(em, { kind: 'person', pausesSeconds: [], erase: (id) => erasePerson(em, id) })
      await eraseForgotten(em)
    },
    async without<T>(work: () => Promise<T>): Promise<T> {
      isAway = true
      try {
        return await work()
      } finally {
        isAway = false
      }
    },
    passes(seconds: number) {
      now = new Date(now.getTime() + seconds * 1000)
    },
    inSeconds: (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString(),
    endSuspensions: () => endSuspensions({ forkEm: () => orm.em.fork(), now: () => now }),
    verify: (head: string | null = null) => verifyChain(orm.em.fork(), head),
    sql: (text: string, params: unknown[] = []) => query(orm.em.fork(), text, params),
    /** What was told of a subject, in the order of versions. */
    // oxlint-disable-next-line typescript/no-explicit-any -- as above
    events: (subject: string): Promise<{ type: string; version: number; data: any }[]> =>
      query(
        orm.em.fork(),
        'select type, version::int as version, data from outbox where subject = $1 order by version, id',
        [subject],
      ),
    grants: shared.grants,
    textRules,
    async stop() {
      shared.close()
      await drop()
    },
  }
}
