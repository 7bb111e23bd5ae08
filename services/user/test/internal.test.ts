import { noRelation, type ExportSection, exportSections } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createNeighbours } from '../src/neighbours.ts'
import { startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

function ask(path: string, body: unknown) {
  return user.post(`/internal/${path}`, body, { apiToken: user.apiToken })
}

describe('people', () => {
  test('short forms by id and username in one answer, unknown ones left out, new ones through auth in one question', async () => {
    const [a, b] = await user.people('ina', 'jon')
    const fresh = user.account('fresh.one')
    const asked = user.calls.length
    const { body } = await ask('people', {
      ids: [a.id, user.newId()],
      usernames: ['jon', 'fresh.one', 'nobody', 'ina'],
    })
    expect(
      body.items.toSorted((x: { username: string }, y: { username: string }) => (x.username < y.username ? -1 : 1)),
    ).toEqual([fresh, a, b].map(({ id, username }) => ({ id, username, displayName: username, avatar: null })))
    expect(user.calls.slice(asked)).toEqual(['auth'])
  })

  test('with auth down those that are known are answered', async () => {
    const [a] = await user.people('kit')
    await user.without('auth', async () => {
      expect((await ask('people', { ids: [a.id, user.newId()] })).body.items).toMatchObject([{ id: a.id }])
    })
  })

  test('the same new people asked for twice at once become one profile each', async () => {
    const fresh = Array.from({ length: 10 }, (_, index) => user.account(`twice${index}`))
    const ids = fresh.map(({ id }) => id)
    const answers = await Promise.all([ask('people', { ids }), ask('people', { ids: ids.toReversed() })])
    for (const { body } of answers) expect(body.items).toHaveLength(10)
    for (const id of ids) expect(await user.eventsOf(id)).toHaveLength(1)
  })
})

test('relations both ways, for strangers and for oneself', async () => {
  const [a, b, c] = await user.people('lia', 'max', 'noa')
  await user.put('/api/v1/users/max/follow', { as: a })
  await user.put('/api/v1/users/lia/follow', { as: c })
  const { body } = await ask('relations', { viewerId: a.id, ids: [b.id, c.id, a.id] })
  const apart = { isBlocked: false, isCloseFriend: false }
  expect(body.items).toEqual([
    {
      userId: b.id,
      relation: { ...noRelation, following: true },
      ...apart,
    },
    {
      userId: c.id,
      relation: { ...noRelation, followedBy: true },
      ...apart,
    },
    {
      userId: a.id,
      relation: noRelation,
      ...apart,
    },
  ])
})

test('followers by pages of edges with versions, without those who left; following with those left, marked so', async () => {
  const star = await user.person('omar')
  const fans = await user.people(...Array.from({ length: 5 }, (_, index) => `edge${index}`))
  for (const fan of fans) await user.put('/api/v1/users/omar/follow', { as: fan })
  await user.delete('/api/v1/users/omar/follow', { as: fans[0]! })
  await user.delete('/api/v1/users/omar/follow', { as: fans[1]! })
  await user.put('/api/v1/users/omar/follow', { as: fans[1]! })
  const items: { userId: string; version: number; since: string }[] = []
  let after: string | null = null
  do {
    const { body }: { body: { items: typeof items; next: string | null } } = await ask('followers', {
      userId: star.id,
      after,
      limit: 2,
    })
    items.push(...body.items)
    after = body.next
  } while (after)
  const expected = fans.slice(1).map(({ id }, index) => ({
    userId: id,
    version: index === 0 ? 3 : 1,
    active: true,
    since: expect.stringMatching(/^\d{4}-.*Z$/),
  }))
  expect(items).toEqual(expected.toSorted((x, y) => (x.userId < y.userId ? -1 : 1)))
  expect((await ask('following', { userId: fans[1]!.id, after: null, limit: 10 })).body).toEqual({
    items: [
      { userId: star.id, version: 3, active: true, since: items.find(({ userId }) => userId === fans[1]!.id)?.since },
    ],
    next: null,
  })
  expect((await ask('following', { userId: fans[0]!.id, after: null, limit: 10 })).body).toMatchObject({
    items: [{ userId: star.id, version: 2, active: false }],
    next: null,
  })
})

test('the outbox gives kept events, oldest first, in pages', async () => {
  const from = new Date(Date.now() - 60_000).toISOString()
  const a = await user.person('paul')
  await user.patch('/api/v1/users/me', { bio: 'x' }, { as: a })
  const all: { id: string; subject: string; version: number; type: string }[] = []
  let after: string | null = null
  do {
    const { body }: { body: { items: typeof all; next: string | null } } = await ask('outbox', {
      from,
      after,
      limit: 3,
    })
    all.push(...body.items)
    after = body.next
  } while (after)
  expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted())
  expect(all.filter(({ subject }) => subject === a.id).map(({ version }) => version)).toEqual([1, 2])
})

describe('who may ask', () => {
  test.each(['people', 'relations', 'followers', 'following', 'outbox'])('%s takes the sidecar alone', async (path) => {
    expect((await user.post(`/internal/${path}`, {})).status).toBe(401)
    expect((await user.post(`/internal/${path}`, {}, { apiToken: 'x'.repeat(32) })).status).toBe(401)
  })

  test.each([
    ['people', { ids: ['x'] }],
    ['people', { ids: [], more: 1 }],
    ['relations', { viewerId: null, ids: [] }],
    ['followers', { userId: 'x', after: null, limit: 1 }],
    ['following', { userId: '0199a0c4-7e00-7000-8000-000000000001', after: null, limit: 0 }],
    ['outbox', { from: 'yesterday', after: null, limit: 1 }],
  ])('%s refuses what does not hold: %j', async (path, body) => {
    expect((await ask(path, body)).status).toBe(422)
  })
})

test('accounts are asked for less long than callers wait for people', () => {
  const timeouts = new Map<string, number | undefined>()
  createNeighbours({
    fetchTo(app, options) {
      timeouts.set(app, options?.timeoutMs)
      return fetch
    },
  })
  // post and interaction give a page's people a second.
  expect(timeouts.get('auth')).toBeLessThan(1000)
})

describe('personal data', () => {
  async function sectionOf(userId: string, section: ExportSection) {
    const found: unknown[] = []
    let after = null
    do {
      const { body } = await ask('personal-data', { userId, section, after, limit: 2 })
      found.push(...z.array(exportSections[section].item).parse(body.items))
      after = body.next
    } while (after !== null)
    return found
  }

  function byId(a: { userId: string }, b: { userId: string }): number {
    return a.userId < b.userId ? -1 : 1
  }

  test('an export has the profile and follows both ways, page by page; nothing that has ended', async () => {
    const [me, ...others] = await user.people('taker', 'one', 'two', 'three', 'four')
    for (const { username } of others) await user.put(`/api/v1/users/${username}/follow`, { as: me })
    await user.put('/api/v1/users/taker/follow', { as: others[0] })
    await user.delete('/api/v1/users/four/follow', { as: me })
    expect(await sectionOf(me.id, 'profile')).toMatchObject([{ id: me.id, username: 'taker', bio: '', private: false }])
    const expected = others.slice(0, 3).map(({ id, username }) => ({ userId: id, username }))
    expect(await sectionOf(me.id, 'following')).toMatchObject(expected.toSorted(byId))
    expect(await sectionOf(me.id, 'followers')).toMatchObject([{ userId: others[0].id, username: 'one' }])
  })

  test.each([
    ['mutes', (id: string) => `${id}/mute`],
    ['blocks', (id: string) => `${id}/block`],
    ['close-friends', (id: string) => `me/close-friends/${id}`],
    ['follow-requests-made', (id: string) => `${id}/follow`],
  ] as const)(
    'an export has %s, page by page, the latest first; nothing that has ended, nothing of others',
    async (section, pathOf) => {
      const name = section.replaceAll('-', '')
      const [me, ...others] = await user.people(`${name}.me`, ...['a', 'b', 'c', 'd'].map((last) => `${name}.${last}`))
      const began = Date.now()
      for (const other of others) {
        await user.patch('/api/v1/users/me', { private: true }, { as: other })
        expect((await user.put(`/api/v1/users/${pathOf(other.id)}`, { as: me })).status).toBe(204)
      }
      expect((await user.delete(`/api/v1/users/${pathOf(others[3]!.id)}`, { as: me })).status).toBe(204)
      const found = (await sectionOf(me.id, section)) as { since: string }[]
      const expected = others.slice(0, 3).toReversed()
      expect(found).toMatchObject(expected.map(({ id, username }) => ({ userId: id, username })))
      for (const { since } of found) expect(Date.parse(since)).toBeGreaterThan(began - 1000)
      expect(await sectionOf(others[0]!.id, section)).toEqual([])
    },
  )

  test('an export has who asks to follow, and names nobody who is not there for its owner', async () => {
    const [me, asking, leaving, hidden] = await user.people('asked', 'asking', 'askleaving', 'hidden')
    await user.patch('/api/v1/users/me', { private: true }, { as: me })
    for (const as of [asking, leaving]) await user.put(`/api/v1/users/${me.id}/follow`, { as })
    await user.put(`/api/v1/users/${hidden.id}/mute`, { as: me })
    await user.put(`/api/v1/users/${me.id}/block`, { as: hidden })
    await query(user.fork(), "update profile set closed_by = '{leaving}' where id = $1", [leaving.id])
    expect(await sectionOf(me.id, 'follow-requests-received')).toMatchObject([
      { userId: leaving.id, username: null },
      { userId: asking.id, username: 'asking' },
    ])
    expect(await sectionOf(me.id, 'mutes')).toMatchObject([{ userId: hidden.id, username: null }])
  })
})
