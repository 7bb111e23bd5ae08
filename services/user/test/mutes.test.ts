import { relationsKey } from '@daguerre/copies/relations'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

function mute(who: string, as?: Account, body?: unknown) {
  return user.putBody(`/api/v1/users/${who}/mute`, body, as ? { as } : {})
}

function ask(viewer: Account, ids: string[]) {
  return user.post('/internal/relations', { viewerId: viewer.id, ids }, { apiToken: user.apiToken })
}

afterEach(() => vi.useRealTimers())

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString()
}

test('a mute is said once or again with another end, listed for who mutes alone, and taken back', async () => {
  const [ann, bob, cleo] = [await user.person('ann'), await user.person('bob'), await user.person('cleo')]
  const until = inSeconds(3600)
  for (const body of [undefined, {}, { until: null }]) {
    expect((await mute('bob', ann, body)).status).toBe(204)
  }
  expect((await mute(cleo.id, ann, { until })).status).toBe(204)
  const { body } = await user.get('/api/v1/users/me/muted', { as: ann })
  expect(body.items).toMatchObject([
    { username: 'cleo', mutedUntil: until },
    { username: 'bob', mutedUntil: null },
  ])
  expect((await user.get('/api/v1/users/me/muted', { as: bob })).body.items).toEqual([])
  expect((await user.get('/api/v1/users/bob', { as: ann })).body.viewer).toMatchObject({ muted: true })
  expect((await user.get('/api/v1/users/ann', { as: bob })).body.viewer).toMatchObject({ muted: false })
  for (let times = 0; times < 2; times++) {
    expect((await user.delete('/api/v1/users/bob/mute', { as: ann })).status).toBe(204)
  }
  expect((await user.get('/api/v1/users/bob', { as: ann })).body.viewer).toMatchObject({ muted: false })
  const told = await user.eventsOf(`${ann.id}:${bob.id}`)
  expect(told.map(({ type, version }) => [type, version])).toEqual([
    ['daguerre.user.muted.v1', 1],
    ['daguerre.user.unmuted.v1', 2],
  ])
})

test('a list of mutes goes on page by page', async () => {
  const muter = await user.person('muter')
  for (const name of ['m_one', 'm_two', 'm_three']) {
    await user.person(name)
    await mute(name, muter)
  }
  const first = await user.get('/api/v1/users/me/muted?limit=2', { as: muter })
  expect(first.body.items.map((item: { username: string }) => item.username)).toEqual(['m_three', 'm_two'])
  const second = await user.get(`/api/v1/users/me/muted?limit=2&cursor=${first.body.nextCursor}`, { as: muter })
  expect([second.body.items.map((item: { username: string }) => item.username), second.body.nextCursor]).toEqual([
    ['m_one'],
    null,
  ])
})

test('nobody mutes themselves, somebody who does not exist, or until a time that has passed', async () => {
  const dora = await user.person('dora')
  await user.person('eve')
  const answers = [
    await mute('dora', dora),
    await mute('nobody_at_all', dora),
    await mute('eve', dora, { until: inSeconds(-1) }),
    await mute('eve', dora, { until: 'tomorrow' }),
    await mute('eve', dora, { for: 3 }),
    await mute('eve'),
  ]
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [422, 'mute.self'],
    [404, 'user.not_found'],
    [422, 'request.invalid'],
    [422, 'request.invalid'],
    [422, 'request.invalid'],
    [401, 'auth.token_missing'],
  ])
})

test('a mute whose end has come is none: not in the list, not in the relation, not in what feed reads', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const [fay, gus] = [await user.person('fay'), await user.person('gus')]
  await mute('gus', fay, { until: inSeconds(60) })
  expect((await user.get('/api/v1/users/gus', { as: fay })).body.viewer.muted).toBe(true)
  vi.setSystemTime(Date.now() + 61_000)
  expect((await user.get('/api/v1/users/gus', { as: fay })).body.viewer.muted).toBe(false)
  expect((await user.get('/api/v1/users/me/muted', { as: fay })).body.items).toEqual([])
  await user.shared.redis.del(relationsKey(fay.id))
  await ask(fay, [gus.id])
  expect((await user.shared.copies.readRelations(fay.id, [gus.id])).muted.size).toBe(0)
})

test('who is asked about a viewer puts all mutes where feed reads them; a change holds them, whatever is filled in meanwhile', async () => {
  const [hal, ivy] = [await user.person('hal'), await user.person('ivy')]
  const { copies, redis } = user.shared
  await ask(hal, [])
  expect(await copies.readRelations(hal.id, [ivy.id])).toMatchObject({ muted: new Set(), areKnown: true })
  await mute('ivy', hal)
  expect((await copies.readRelations(hal.id, [ivy.id])).areKnown).toBe(false)
  const { body } = await ask(hal, [ivy.id])
  expect(body.items).toMatchObject([{ userId: ivy.id, relation: { muted: true } }])
  expect((await copies.readRelations(hal.id, [ivy.id])).areKnown).toBe(false)
  await redis.del(relationsKey(hal.id))
  await ask(hal, [])
  expect(await copies.readRelations(hal.id, [ivy.id])).toMatchObject({ muted: new Set([ivy.id]), areKnown: true })
})
