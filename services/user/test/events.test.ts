import { events, makeEvent } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

function registered({ id, username }: Account) {
  return makeEvent(events.accountRegistered, {
    subject: id,
    version: 1,
    data: { userId: id, username, registeredAt: new Date().toISOString() },
  })
}

function posted(author: Account, count: number, version: number) {
  const postId = user.newId()
  return makeEvent(events.postCreated, {
    subject: postId,
    version: 1,
    data: {
      postId,
      authorId: author.id,
      authorUsername: author.username,
      caption: '',
      entities: [],
      thumbnailUrl: null,
      createdAt: new Date().toISOString(),
      authorPosts: { count, version },
    },
  })
}

function deleted(author: Account, count: number, version: number) {
  const postId = user.newId()
  return makeEvent(events.postDeleted, {
    subject: postId,
    version: 2,
    data: { postId, authorId: author.id, authorPosts: { count, version } },
  })
}

async function posts(author: Account): Promise<number> {
  return (await user.get(`/api/v1/users/${author.id}`)).body.counts.posts
}

describe('what comes in one bulk', () => {
  test('makes each profile once, and keeps the newest number of each author, whatever else is in it', async () => {
    const [known, other] = await user.people('bulk.known', 'bulk.other')
    const fresh = ['bulk.one', 'bulk.two', 'bulk.three'].map((name) => user.account(name))
    await user.deliverTogether([known, ...fresh, fresh[0]!, ...fresh].map(registered))
    for (const account of fresh) {
      expect((await user.eventsOf(account.id)).map(({ type }) => type)).toEqual(['daguerre.user.profile-updated.v1'])
    }
    await user.deliverTogether([
      posted(known, 4, 4),
      posted(known, 2, 2),
      posted(other, 9, 9),
      deleted(known, 3, 5),
      posted(other, 8, 8),
    ])
    expect([await posts(known), await posts(other)]).toEqual([3, 9])
    await user.deliverTogether([posted(known, 1, 1), posted(other, 10, 10)])
    expect([await posts(known), await posts(other)]).toEqual([3, 10])
  })
})

describe('account.registered', () => {
  test('makes the profile and announces it, once however often it comes', async () => {
    const olga = user.account('olga')
    const event = registered(olga)
    expect(await Promise.all([user.deliver(event), user.deliver(event), user.deliver(event)])).toEqual(
      Array(3).fill('SUCCESS'),
    )
    await user.without('auth', async () => {
      expect((await user.get('/api/v1/users/olga')).body).toMatchObject({ id: olga.id, displayName: 'olga' })
    })
    expect(await user.eventsOf(olga.id)).toHaveLength(1)
  })

  test('after a profile that was made and changed earlier it changes nothing', async () => {
    const pete = user.account('pete')
    await user.patch('/api/v1/users/me', { displayName: 'Pete the First' }, { as: pete })
    expect(await user.deliver(registered(pete))).toBe('SUCCESS')
    expect((await user.get('/api/v1/users/pete')).body.displayName).toBe('Pete the First')
    expect((await user.eventsOf(pete.id)).map(({ version }) => version)).toEqual([1, 2])
  })
})

describe('post events', () => {
  test('out of order and doubled they give the newest count', async () => {
    const quinn = await user.person('quinn')
    const all = [posted(quinn, 1, 1), posted(quinn, 2, 2), posted(quinn, 3, 3), deleted(quinn, 2, 4)]
    for (const index of [3, 0, 2, 3, 1, 0]) expect(await user.deliver(all[index]!)).toBe('SUCCESS')
    expect(await posts(quinn)).toBe(2)
    await user.deliver(posted(quinn, 3, 5))
    expect(await posts(quinn)).toBe(3)
  })

  test('all at once in any order they give the newest count', async () => {
    const rita = await user.person('rita')
    const all = Array.from({ length: 30 }, (_, index) => posted(rita, index + 1, index + 1))
    await Promise.all([...all.toReversed(), ...all].map((event) => user.deliver(event)))
    expect(await posts(rita)).toBe(30)
  })

  test('may come before the account is known here', async () => {
    const seth = user.account('seth')
    await user.deliver(posted(seth, 1, 1))
    expect(await posts(seth)).toBe(1)
  })
})

describe('poison', () => {
  test('an event whose data does not hold is dropped, and the next is served', async () => {
    const tess = user.account('tess')
    const bad = { ...registered(tess), data: { userId: 'no id' } }
    expect(await user.deliver(bad)).toBe('DROP')
    expect(await user.deliver(registered(tess))).toBe('SUCCESS')
  })

  test('events of kinds that are unknown here pass', async () => {
    expect(
      await user.deliver({ topic: 'post', type: 'daguerre.post.pinned.v1', subject: 'x', version: 1, data: {} }),
    ).toBe('SUCCESS')
  })

  test('only the sidecar delivers events', async () => {
    expect((await user.post('/events/account', {})).status).toBe(401)
    expect((await user.post('/events/account', {}, { apiToken: 'x'.repeat(32) })).status).toBe(401)
  })
})

test('it subscribes to account and post, with a topic for dead letters', async () => {
  const { body } = await user.get('/dapr/subscribe', { apiToken: user.apiToken })
  const routes = body.map((entry: { topic: string; deadLetterTopic?: string }) => [entry.topic, entry.deadLetterTopic])
  expect(routes).toContainEqual(['account', 'dead-letter.user.account'])
  expect(routes).toContainEqual(['post', 'dead-letter.user.post'])
})
