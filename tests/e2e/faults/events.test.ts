import { randomUUID } from 'node:crypto'
import type { Notification, Post } from '@daguerre/contracts'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { withDatabase } from './support/database.ts'
import {
  askInside,
  backlogOf,
  healed,
  instancesOf,
  metricsOf,
  publish,
  runCommand,
  sumOf,
  waitUntilPublished,
} from './support/inside.ts'
import {
  comment,
  eventually,
  expectOk,
  follow,
  homeFeed,
  newPerson,
  notifications,
  occurrences,
  type Person,
  post,
  profileOf,
  settles,
} from './support/world.ts'

// These run on each broker: project `e2e` has Redis, `e2e-kafka` has Kafka.
let broker: 'redis-broker' | 'kafka'
let ann: Person
let bob: Person

beforeAll(async () => {
  const { processes } = await system.view()
  broker = processes.some(({ name }) => name === 'kafka') ? 'kafka' : 'redis-broker'
  ann = await newPerson('ann')
  bob = await newPerson('bob', { photo: false })
  await follow(bob, ann)
  // A timeline that is there: what comes from here on comes by events.
  await settles(async () => expect((await homeFeed(bob)).length).toBe(1))
})

afterEach(healed)

/** Each of these posts is once in the follower's feed, and announced once. */
async function expectExactlyOnce(posts: Pick<Post, 'id'>[], timeoutMs = 90_000): Promise<void> {
  const ids = posts.map(({ id }) => id)
  const once = ids.map(() => 1)
  await settles(
    async () => {
      const feed = (await homeFeed(bob)).map(({ id }) => id)
      expect(occurrences(feed, ids), 'in the home feed').toEqual(once)
    },
    { timeoutMs },
  )
  await settles(
    async () => {
      const told = (await notifications(bob)).flatMap(({ kind, post }) => (kind === 'posted' && post ? [post.id] : []))
      expect(occurrences(told, ids), 'among the notifications').toEqual(once)
    },
    { timeoutMs },
  )
}

/** Does something to every instance of an app, or to all their sidecars. */
async function each(app: string, act: (name: string) => Promise<void>, { sidecars = false } = {}): Promise<void> {
  const names = await instancesOf(app)
  await Promise.all(names.map((name) => act(sidecars ? `${name}-sidecar` : name)))
}

const sidecars = { sidecars: true }

async function ready(app: string): Promise<void> {
  const names = await instancesOf(app)
  await system.waitReady([...names, ...names.map((name) => `${name}-sidecar`)])
}

/** Each instance has the keys that tokens are verified with: without a sidecar it could not ask for them. */
async function warm(app: string, path: string): Promise<void> {
  const instances = await Promise.all((await instancesOf(app)).map((name) => system.instances(name)))
  for (const { url } of instances.flat()) {
    for (const { token } of [ann, bob]) {
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
      expect(response.status).toBe(200)
    }
  }
}

async function unread(person: Person): Promise<number> {
  return (await expectOk(person.get<{ count: number }>('/api/v1/notifications/unread-count'))).count
}

describe('a publisher that is killed', () => {
  test('post, killed between commit and publish, loses nothing and doubles nothing', async () => {
    await expectExactlyOnce([await post(ann, 'so that everything is warm')])
    const before = { unread: await unread(bob), posts: (await homeFeed(bob)).length }
    await warm('post', `/api/v1/users/${ann.id}/posts`)
    await each('post', system.stop, sidecars)
    const made = [await post(ann, 'committed, not published'), await post(ann, 'another')]
    expect(await backlogOf('post')).toBeGreaterThanOrEqual(2)
    await each('post', system.kill)
    await each('post', system.start, sidecars)
    await ready('post')

    await expectExactlyOnce(made)
    expect(await backlogOf('post')).toBe(0)
    await settles(async () => expect(await unread(bob)).toBe(before.unread + 2))
    expect((await homeFeed(bob)).length).toBe(before.posts + 2)
  })

  test('post, killed between publish and marking, publishes again and doubles nothing in effect', async () => {
    await warm('post', `/api/v1/users/${ann.id}/posts`)
    await each('post', system.stop, sidecars)
    const made = await post(ann, 'published twice')
    await withDatabase('post', async (db) => {
      // Holds up the marking, not the reading before it.
      await db.query('begin')
      await db.query('lock table outbox in share mode')
      await each('post', system.start, sidecars)
      await expectExactlyOnce([made])
      await each('post', system.kill)
      const { rows } = await db.query('select 1 from outbox where subject = $1 and published_at is null', [made.id])
      expect(rows.length, 'still to be published').toBe(1)
      await db.query('rollback')
    })
    await ready('post')
    await waitUntilPublished('post')

    // What comes after it on the same topic has arrived, so the repetition has too.
    await expectExactlyOnce([await post(ann, 'afterwards'), made])
    await settles(async () => expect((await profileOf(bob, ann)).counts.posts).toBe((await homeFeed(bob)).length))
  })

  test('interaction, killed between commit and publish, loses nothing and doubles nothing', async () => {
    const liked = await post(ann, 'to be liked')
    await expectExactlyOnce([liked])
    await warm('interaction', `/api/v1/posts/${liked.id}/likes`)
    await each('interaction', system.stop, sidecars)
    await expectOk(bob.send('POST', `/api/v1/posts/${liked.id}/like`))
    const said = await comment(bob, liked.id, 'What light!')
    // The comment waits to be judged, as user cannot be asked either; that it is told of comes after that.
    expect(await backlogOf('interaction')).toBeGreaterThanOrEqual(1)

    await each('interaction', system.kill)
    await each('interaction', system.start, sidecars)
    await ready('interaction')

    await settles(async () => {
      const about = (await notifications(ann)).filter(({ post }) => post?.id === liked.id)
      expect(about.map(({ kind, actorCount, comment }) => [kind, actorCount, comment?.id ?? null]).toSorted()).toEqual([
        ['commented', 1, said.id],
        ['liked', 1, null],
      ])
    })
    // post's sidecar may still hold a connection to the one that went: that page comes without counts.
    await settles(async () => {
      const { counts } = await expectOk(bob.get<Post>(`/api/v1/posts/${liked.id}`))
      expect(counts).toEqual({ likes: 1, comments: 1 })
    })
  })
})

test('feed and notification, killed while messages are in their hands, take them up again', async () => {
  await waitUntilPublished('post')
  // Frozen, they are given messages and answer none.
  await Promise.all([each('feed', system.pause), each('notification', system.pause)])
  const made = []
  for (let i = 0; i < 12; i++) made.push(await post(ann, `in their hands ${i}`))
  await waitUntilPublished('post')
  await Promise.all([each('feed', system.kill), each('notification', system.kill)])
  // And once more, whenever it hits.
  for (let i = 0; i < 12; i++) made.push(await post(ann, `on the way ${i}`))
  await Promise.all([ready('feed'), ready('notification')])
  await Promise.all([each('feed', system.kill), each('notification', system.kill)])
  await Promise.all([ready('feed'), ready('notification')])

  await expectExactlyOnce(made)
})

test('while the broker is away people post and like; when it is back everything arrives', async () => {
  const outageMs = Number(process.env['E2E_BROKER_OUTAGE_MS'] ?? (broker === 'kafka' ? 5000 : 20_000))
  const liked = await post(ann, 'liked, unliked, liked')
  await expectExactlyOnce([liked])
  await system.stop(broker)
  const until = performance.now() + outageMs
  const made: Post[] = []
  let answers = 0
  while (performance.now() < until) {
    if (made.length < 20) made.push(await post(ann, `without a broker ${made.length}`))
    // An odd number of changes: liked in the end.
    if (answers < 21) await expectOk(bob.send(answers % 2 === 0 ? 'POST' : 'DELETE', `/api/v1/posts/${liked.id}/like`))
    answers++
    const { url } = await system.service('post')
    const ready = await fetch(`${url}/readyz`)
    expect(ready.status, await ready.text()).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  for (; answers < 21; answers++) {
    await expectOk(bob.send(answers % 2 === 0 ? 'POST' : 'DELETE', `/api/v1/posts/${liked.id}/like`))
  }
  expect(await backlogOf('post')).toBeGreaterThanOrEqual(made.length)
  await settles(async () => {
    const metrics = await metricsOf('post')
    expect(sumOf(metrics, 'outbox_backlog')).toBeGreaterThanOrEqual(made.length)
    expect(sumOf(metrics, 'outbox_lag_seconds')).toBeGreaterThan(0)
  })

  await system.start(broker)
  await expectExactlyOnce(made, 90_000)
  const feed = (await homeFeed(bob)).map(({ id }) => id)
  expect(feed, 'newest first').toEqual(feed.toSorted().toReversed())
  await settles(async () => {
    const groups = (await notifications(ann)).filter(({ kind, post }) => kind === 'liked' && post?.id === liked.id)
    expect(groups.map(({ actors }) => actors.map(({ id }) => id))).toEqual([[bob.id]])
  })
  await settles(async () => expect(sumOf(await metricsOf('post'), 'outbox_backlog')).toBe(0))
})

interface DeadLetter {
  id: string
  topic: string
  eventId: string | null
  body: string
  reason: string | null
}

async function lettersOf(app: string): Promise<DeadLetter[]> {
  return (await askInside<{ items: DeadLetter[] }>(app, 'GET', '/internal/dead-letters')).body.items
}

async function redrive(app: string, ids: string[]): Promise<{ redriven: number; failed: { id: string }[] }> {
  const path = '/internal/dead-letters/redrive'
  return (await askInside<{ redriven: number; failed: { id: string }[] }>(app, 'POST', path, { ids })).body
}

describe('dead letters', () => {
  test('a poison message goes to the dead letters of each that hears it, and the next is served', async () => {
    const mark = randomUUID()
    await publish('post', 'post', `this is no event: ${mark}`, 'text/plain', '?metadata.rawPayload=true')
    const broken = {
      ...{ specversion: '1.0', id: mark, source: '/services/post', type: 'daguerre.post.created.v1', subject: mark },
      ...{ time: new Date().toISOString(), datacontenttype: 'application/json', data: { postId: 'no id' } },
    }
    await publish('post', 'post', JSON.stringify(broken))
    await expectExactlyOnce([await post(ann, 'after the poison')])

    for (const app of ['feed', 'notification', 'user', 'interaction']) {
      const letter = await eventually(`${app} has the dead letter`, async () =>
        (await lettersOf(app)).find(({ eventId }) => eventId === mark),
      )
      expect(letter).toMatchObject({ topic: 'post', reason: expect.stringContaining('data is not valid') })
      expect(JSON.parse(letter.body)).toMatchObject({ data: { postId: 'no id' } })
      await eventually(`${app} has what cannot be read`, async () =>
        (await lettersOf(app)).find(({ body }) => body.includes(`this is no event: ${mark}`)),
      )
      // Counted a moment after it is kept, by the instance that it came to.
      await settles(async () => {
        const metrics = (await Promise.all((await instancesOf(app)).map(metricsOf))).join('\n')
        expect(sumOf(metrics, 'dead_letters_total', { topic: 'post' }), app).toBeGreaterThan(0)
      })
      // It is as bad as before, so it stays.
      expect(await redrive(app, [letter.id])).toMatchObject({ redriven: 0, failed: [{ id: letter.id }] })
      expect((await lettersOf(app)).map(({ id }) => id)).toContain(letter.id)
    }
  })

  test('an event that failed until its retries ended is handled when it is driven again', async () => {
    await settles(async () => expect((await homeFeed(bob)).length).toBeGreaterThan(0))
    await system.stop('user')
    const made = await post(ann, 'nobody knows who follows')
    const letters: Record<string, string> = {}
    for (const app of ['feed', 'notification']) {
      const { id } = await eventually(`${app} has given up`, async () =>
        (await lettersOf(app)).find(({ body }) => body.includes(made.id)),
      )
      letters[app] = id
      expect(await runCommand('dead-letters', '--service', app)).toContain(id)
    }
    await system.start('user')
    await system.waitReady(['user'])
    for (const [app, id] of Object.entries(letters)) {
      // Unless the service was faster, which tries them by itself.
      await settles(async () => {
        const said = await runCommand('dead-letters', 'redrive', id, '--service', app).catch(
          (error: { stdout?: string }) => error.stdout,
        )
        expect(said).toMatch(/1 handled|is not there/)
      })
      expect(await runCommand('dead-letters', '--service', app)).not.toContain(id)
    }
    await expectExactlyOnce([made])
  })
})

test('events that come late and twice change nothing: a like that was taken back stays so', async () => {
  const liked = await post(ann, 'liked and unliked')
  await expectExactlyOnce([liked])
  await expectOk(bob.send('POST', `/api/v1/posts/${liked.id}/like`))
  await expectOk(bob.send('DELETE', `/api/v1/posts/${liked.id}/like`))
  await waitUntilPublished('interaction')
  const first = await withDatabase('interaction', async (db) => {
    const { rows } = await db.query<{ id: string; data: unknown; version: string; type: string; subject: string }>(
      'select id, type, subject, version, data from outbox where subject = $1 order by version limit 1',
      [`${liked.id}:${bob.id}`],
    )
    return rows[0]!
  })
  const again = { ...first, version: Number(first.version), specversion: '1.0', source: '/services/interaction' }
  await publish('interaction', 'interaction', JSON.stringify(again))
  // Whatever is behind it has been handled, so it has been handled too.
  const other = await comment(bob, liked.id, 'after the repetition')
  await settles(async () => {
    const about = (await notifications(ann)).filter(({ post }: Notification) => post?.id === liked.id)
    expect(about.map(({ kind, comment }) => [kind, comment?.id])).toEqual([['commented', other.id]])
  })
})
