import { noRelation } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
let viewer: Account
beforeAll(async () => {
  user = await startUser()
  viewer = await user.person('searcher')
  await user.named('zoe.k', 'Zoë Kowalski')
  await user.named('amuller', 'Anna Müller')
  await user.named('golden.hour', 'Photo club')
  await user.named('goldfinch', 'Bird')
  await user.named('lukasz7', 'Łukasz Ørsted')
  await user.named('kyrill', 'Ёлка Жукова')
  await user.named('percent', '100% _real_')
  return user.stop
})

async function find(q: string, query = ''): Promise<string[]> {
  const { status, body } = await user.get(`/api/v1/search?q=${encodeURIComponent(q)}${query}`)
  expect(status).toBe(200)
  return body.people.map((person: { username: string }) => person.username)
}

describe('people', () => {
  test.each([
    ['accents do not matter', 'zoe', 'zoe.k'],
    ['nor do they in the question', 'Zoé', 'zoe.k'],
    ['nor capitals', 'MÜLLER', 'amuller'],
    ['a missing letter is forgiven', 'muler', 'amuller'],
    ['swapped letters are forgiven', 'kowlaski', 'zoe.k'],
    ['a wrong letter is forgiven', 'goldfimch', 'goldfinch'],
    ['a username is found by how it begins', 'amu', 'amuller'],
    ['a name by any of its words', 'orst', 'lukasz7'],
    ['letters that have no accent to drop are folded', 'łukasz', 'lukasz7'],
    ['a word inside of a username', 'hour', 'golden.hour'],
    ['other scripts', 'ёлка', 'kyrill'],
    ['words of other scripts', 'жук', 'kyrill'],
    ['typing errors in other scripts', 'жюкова', 'kyrill'],
    ['@ asks for people', '@zoe', 'zoe.k'],
    ['several words', 'anna mul', 'amuller'],
  ])('%s', async (_, q, username) => {
    expect((await find(q))[0]).toBe(username)
  })

  test('the very name comes first, then what begins so, then what looks alike', async () => {
    await user.named('mara', 'M')
    await user.named('maraluisa', 'M')
    await user.named('xmx', 'Mara Oak')
    await user.named('marta', 'M')
    const found = await find('mara')
    expect(found.slice(0, 3)).toEqual(['mara', 'maraluisa', 'xmx'])
    expect(found.indexOf('marta')).toBeGreaterThan(2)
  })

  test('% and _ and \\ are letters like others, not wildcards', async () => {
    expect(await find('%')).toEqual([])
    expect(await find('100%')).toEqual(['percent'])
    expect(await find('_r')).toEqual(['percent'])
    expect(await find('z_e')).not.toContain('zoe.k')
    expect(await find('\\')).toEqual([])
  })

  test('a changed display name is found, the old one no longer', async () => {
    const rex = await user.named('rexy', 'Wolfgang')
    await user.patch('/api/v1/users/me', { displayName: 'Amadeus' }, { as: rex })
    expect(await find('amadeus')).toContain('rexy')
    expect(await find('wolfgang')).not.toContain('rexy')
  })

  test('limit holds, and each person carries the relation to the viewer', async () => {
    await user.put('/api/v1/users/goldfinch/follow', { as: viewer })
    expect(await find('gold', '&limit=1')).toHaveLength(1)
    const { body } = await user.get('/api/v1/search?q=goldfinch', { as: viewer })
    expect(body.people[0]).toMatchObject({
      username: 'goldfinch',
      viewer: { ...noRelation, following: true },
    })
    expect((await user.get('/api/v1/search?q=goldfinch')).body.people[0].viewer).toBeNull()
  })
})

describe('hashtags', () => {
  test('come from post, by prefix and folded, in one invocation', async () => {
    user.tags.push({ tag: 'goldenhour', posts: 12 }, { tag: 'golden', posts: 3 })
    const asked = user.calls.length
    const { body } = await user.get('/api/v1/search?q=GOLD')
    expect(body.tags).toEqual([
      { tag: 'goldenhour', posts: 12 },
      { tag: 'golden', posts: 3 },
    ])
    expect(body.people.length).toBeGreaterThan(0)
    expect(user.calls.slice(asked)).toEqual(['post'])
  })

  test('# asks for hashtags alone, @ for people alone without asking post', async () => {
    const onlyTags = await user.get('/api/v1/search?q=%23golden')
    expect(onlyTags.body.people).toEqual([])
    expect(onlyTags.body.tags.length).toBeGreaterThan(0)
    const asked = user.calls.length
    expect((await user.get('/api/v1/search?q=%40gold')).body.tags).toEqual([])
    expect((await user.get('/api/v1/search?q=anna%20muller')).body.tags).toEqual([])
    expect(user.calls.slice(asked)).toEqual([])
  })

  test('with post down people are found, and the answer says what it lacks', async () => {
    await user.without('post', async () => {
      const answer = await user.get('/api/v1/search?q=gold')
      expect(answer.status).toBe(200)
      expect(answer.headers.get('daguerre-degraded')).toBe('post')
      expect(answer.body.tags).toEqual([])
      expect(answer.body.people.length).toBeGreaterThan(0)
    })
  })
})

test.each([
  '',
  'q=',
  'q=%20%20',
  `q=${'a'.repeat(101)}`,
  'q=a%00b',
  'q=a&limit=0',
  'q=a&limit=1000',
  'q=a&more=1',
  'q=a&q=b',
])('a question that does not hold is a 422: %s', async (query) => {
  expect((await user.get(`/api/v1/search?${query}`)).status).toBe(422)
})
