import { Page, Post } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { api, done, read } from '../support/api.ts'
import { sendArchive, zipOf } from '../support/archives.ts'
import { follow, type Person, signUp, unfollow } from '../support/people.ts'
import { operations } from '../support/description.ts'
import { needsRole, signUpAs } from '../support/roles.ts'
import { allOf, comment, idsOf, like, publish } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

describe('the global feed', () => {
  test('shows the newest posts of all to anybody, with like states to who is signed in', async () => {
    const author = await signUp('author')
    const post = await publish(author)
    await settled(async () => {
      const { items } = await read(Page(Post), api().get('/api/v1/feed'))
      expect(items).toContainEqual({ ...post, viewer: null })
    })
    await api(author).post(`/api/v1/posts/${post.id}/like`)
    const { items } = await read(Page(Post), api(author).get('/api/v1/feed'))
    expect(items.find(({ id }) => id === post.id)).toMatchObject({ counts: { likes: 1 }, viewer: { liked: true } })
    expect(idsOf(items)).toEqual(idsOf(items).toSorted().toReversed())
  })

  test('is paged without a gap and without a repetition', async () => {
    const author = await signUp('author')
    for (let made = 0; made < 4; made++) await publish(author)
    const first = await read(Page(Post), api().get('/api/v1/feed?limit=4'))
    const start = await read(Page(Post), api().get('/api/v1/feed?limit=2'))
    const rest = await read(Page(Post), api().get(`/api/v1/feed?limit=2&cursor=${start.nextCursor}`))
    expect(idsOf([...start.items, ...rest.items])).toEqual(idsOf(first.items))
  })
})

describe('the home feed', () => {
  let viewer: Person
  let louise: Person
  let nadar: Person
  let posts: Post[]

  async function home(): Promise<string[]> {
    return idsOf(await allOf(Post, viewer, '/api/v1/feed/home', 2))
  }

  beforeAll(async () => {
    ;[viewer, louise, nadar] = await Promise.all([signUp('viewer'), signUp('louise'), signUp('nadar')])
    posts = [await publish(louise), await publish(nadar), await publish(louise)]
    await follow(viewer, louise)
  })

  test('is complete and in order from the first reading on: posts of those I follow and mine', async () => {
    await settled(async () => expect(await home()).toEqual(idsOf([posts[2]!, posts[0]!])))
    const own = await publish(viewer)
    posts.push(own)
    await settled(async () => expect(await home()).toEqual(idsOf([own, posts[2]!, posts[0]!])))
  })

  test('takes in the posts of who is followed anew, between the others', async () => {
    await follow(viewer, nadar)
    await settled(async () => expect(await home()).toEqual(idsOf(posts).toReversed()))
  })

  test('gets new posts, shows edits, and loses deleted ones', async () => {
    const post = await publish(nadar, 'New')
    posts.push(post)
    await settled(async () => expect(await home()).toEqual(idsOf(posts).toReversed()))
    await read(Post, api(nadar).patch(`/api/v1/posts/${post.id}`, { caption: 'Edited' }))
    await settled(async () => {
      const { items } = await read(Page(Post), api(viewer).get('/api/v1/feed/home?limit=1'))
      expect(items[0]).toMatchObject({ id: post.id, caption: 'Edited', viewer: { liked: false, saved: false } })
    })
    await done(api(nadar).delete(`/api/v1/posts/${post.id}`))
    posts.pop()
    await settled(async () => expect(await home()).toEqual(idsOf(posts).toReversed()))
  })

  test('loses the posts of who is followed no longer', async () => {
    await unfollow(viewer, louise)
    await settled(async () => expect(await home()).toEqual(idsOf([posts[3]!, posts[1]!])))
  })
})

describe('explore', () => {
  test('ranks what others like, without mine and those of whom I follow, and gives each reader one list to page through', async () => {
    const [author, follower, stranger] = [await signUp('author'), await signUp('follower'), await signUp('stranger')]
    await follow(follower, author)
    const [liked, plain] = [await publish(author), await publish(author)]
    for (const fan of [follower, stranger, author]) await like(fan, liked.id)
    async function explored(person: Person): Promise<string[]> {
      return idsOf(await allOf(Post, person, '/api/v1/feed/explore', 50))
    }
    await settled(async () => {
      const ids = await explored(stranger)
      expect(ids).toContain(plain.id)
      expect(ids.indexOf(liked.id)).toBeLessThan(ids.indexOf(plain.id))
      expect(ids).toContain(liked.id)
      expect(new Set(ids).size).toBe(ids.length)
    })
    for (const person of [author, follower]) {
      const ids = await explored(person)
      expect(ids).not.toContain(liked.id)
      expect(ids).not.toContain(plain.id)
    }
  })
})

test('every list gives the largest page that it promises, and not one more', async () => {
  const person = await signUp()
  const post = await publish(person, '#largest')
  const said = await comment(person, post.id, 'All of it')
  const archives = await sendArchive(person, await zipOf({}))
  const ids = new Map([
    ['users', person.id],
    ['comments', said.id],
    ['archives', archives],
  ])
  const admin = await signUpAs('admin')
  const lists = operations.flatMap((operation) => {
    const { method, path, deprecated, parameters = [] } = operation
    const most = parameters.find(({ name }) => name === 'limit')?.schema.maximum
    const caller = needsRole(operation) ? admin : person
    return method === 'GET' && !deprecated && most !== undefined ? [{ path, most, caller }] : []
  })
  expect(lists.length).toBeGreaterThan(10)
  for (const { path, most, caller } of lists) {
    const [, collection = ''] = /\/(\w+)\/\{id\}/.exec(path) ?? []
    const id = ids.get(collection) ?? post.id
    const url = path.replace('{id}', id).replace('{tag}', 'largest')
    const query = path.includes('/search') ? 'q=largest&' : ''
    const answers = [most, most + 1].map((limit) => api(caller).get(`${url}?${query}limit=${limit}`))
    expect([path, ...(await Promise.all(answers)).map(({ status }) => status)]).toEqual([path, 200, 422])
  }
})
