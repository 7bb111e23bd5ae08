import { noRelation } from '@daguerre/contracts'
import { beforeAll, expect, test } from 'vitest'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

async function follow(viewer: Account, ...whom: Account[]) {
  for (const { id } of whom) await user.put(`/api/v1/users/${id}/follow`, { as: viewer })
}

async function suggested(viewer: Account, query = ''): Promise<string[]> {
  const { body } = await user.get(`/api/v1/users/me/suggestions${query}`, { as: viewer })
  return body.items.map((item: { username: string }) => item.username)
}

test('people followed by those I follow, most shared first; not me, not whom I follow', async () => {
  const [me, a, b, c, three, two, one] = await user.people('me1', 'fra', 'frb', 'frc', 'three', 'two2', 'one1')
  await follow(me, a, b, c)
  await follow(a, three, two, one, me)
  await follow(b, three, two, a)
  await follow(c, three)
  expect(await suggested(me)).toEqual(['three', 'two2', 'one1'])
  await follow(me, two)
  expect(await suggested(me)).toEqual(['three', 'one1'])
  await user.delete(`/api/v1/users/${a.id}/follow`, { as: me })
  expect(await suggested(me)).toEqual(['three', 'fra'])
})

test('pages hold everybody once', async () => {
  const me = await user.person('me2')
  const friends = await user.people('pf1', 'pf2', 'pf3')
  const others = await user.people(...Array.from({ length: 7 }, (_, index) => `po${index}`))
  await follow(me, ...friends)
  for (const [index, friend] of friends.entries()) await follow(friend, ...others.slice(0, 3 + 2 * index))
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const path: string = `/api/v1/users/me/suggestions?limit=2${cursor ? `&cursor=${cursor}` : ''}`
    const { body } = await user.get(path, { as: me })
    seen.push(...body.items.map((item: { username: string }) => item.username))
    cursor = body.nextCursor
  } while (cursor)
  expect(seen.toSorted()).toEqual(others.map(({ username }) => username).toSorted())
  expect(seen.slice(0, 3).toSorted()).toEqual(['po0', 'po1', 'po2'])
})

test('who follows nobody gets the people with the most followers, paged', async () => {
  const me = await user.person('me3')
  const [big, middle] = await user.people('big1', 'middle')
  const fans = await user.people(...Array.from({ length: 9 }, (_, index) => `bf${index}`))
  for (const fan of fans) await follow(fan, big)
  for (const fan of fans.slice(0, 6)) await follow(fan, middle)
  await user.fold()
  expect((await suggested(me)).slice(0, 2)).toEqual(['big1', 'middle'])
  const first = await user.get('/api/v1/users/me/suggestions?limit=1', { as: me })
  expect(first.body.items[0]).toMatchObject({
    username: 'big1',
    viewer: noRelation,
  })
  expect(await suggested(me, `?limit=1&cursor=${first.body.nextCursor}`)).toEqual(['middle'])
})

test('nobody signed in is a 401, an invented cursor a 400, a wrong limit a 422', async () => {
  const me = await user.person('me4')
  expect((await user.get('/api/v1/users/me/suggestions')).status).toBe(401)
  expect((await user.get('/api/v1/users/me/suggestions?cursor=abc', { as: me })).status).toBe(400)
  expect((await user.get('/api/v1/users/me/suggestions?limit=101', { as: me })).status).toBe(422)
})
