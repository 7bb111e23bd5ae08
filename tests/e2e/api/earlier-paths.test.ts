import { Notification, Page, PersonInList, Post, SignedIn } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, api, done, read } from '../support/api.ts'
import { operations } from '../support/description.ts'
import { follow, newAccount, type Person, signUp } from '../support/people.ts'
import { readyPhoto } from '../support/photos.ts'
import { idsOf, publish, published } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

const tested = new Set<string>()

/** The answer of a path of an earlier system, which must say that it is one and what to use instead. */
async function deprecated(route: string, successor: string, asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked
  tested.add(route)
  expect(answer.headers.get('deprecation')).toMatch(/^@\d+$/)
  expect(answer.headers.get('link')).toBe(`<${successor}>; rel="successor-version"`)
  return answer
}

describe('clients of earlier systems', () => {
  let louise: Person
  let nadar: Person

  beforeAll(async () => {
    ;[louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  })

  test('register and sign in with an e-mail address and a password alone', async () => {
    const { email, password } = newAccount('first.last+tag')
    const made = await deprecated(
      'POST /auth/register',
      '/api/v1/auth/register',
      api().post('/auth/register', { email, password }),
    )
    const { user } = await read(SignedIn, made, 201)
    expect(user).toMatchObject({ email, username: expect.stringMatching(/^[a-z0-9._]{3,30}$/) })
    const again = await deprecated(
      'POST /auth/login',
      '/api/v1/auth/login',
      api().post('/auth/login', { email, password }),
    )
    expect((await read(SignedIn, again)).user).toEqual(user)
  })

  test('follow by POST with the id in the body, and list their followers and whom they follow', async () => {
    await done(
      deprecated(
        'POST /users/follow',
        '/api/v1/users/{id}/follow',
        api(nadar).post('/users/follow', { userIdToFollow: louise.id }),
      ),
    )
    const followers = await deprecated(
      'GET /users/followers',
      '/api/v1/users/{id}/followers',
      api(louise).get('/users/followers'),
    )
    expect(idsOf((await read(Page(PersonInList), followers)).items)).toEqual([nadar.id])
    const following = await deprecated(
      'GET /users/following',
      '/api/v1/users/{id}/following',
      api(nadar).get('/users/following'),
    )
    expect(idsOf((await read(Page(PersonInList), following)).items)).toEqual([louise.id])
  })

  test('post one photo by its URL, absolute or not, and read their own posts as their feed', async () => {
    const media = await readyPhoto(louise)
    const path = media.variants.at(-1)!.url
    const made = await deprecated(
      'POST /posts',
      '/api/v1/posts',
      api(louise).post('/posts', { caption: 'By its URL', mediaUrl: path }),
    )
    const post = await read(Post, made, 201)
    expect(made.headers.get('location')).toBe(`/api/v1/posts/${post.id}`)
    expect(await published(louise, post.id)).toMatchObject({ caption: 'By its URL', media: [{ id: media.id }] })

    const { body } = await api().get<{ servers: { url: string }[] }>('/api/v1/openapi.json', { described: false })
    const mediaUrl = `${body.servers[0]?.url}${path}`
    const second = await read(Post, api(louise).post('/posts', { caption: '', mediaUrl }), 201)

    await publish(nadar)
    const feed = await deprecated('GET /posts/feed', '/api/v1/users/{id}/posts', api(louise).get('/posts/feed'))
    expect(idsOf((await read(Page(Post), feed)).items)).toEqual([second.id, post.id])
  })

  test('read their notifications and mark one as read', async () => {
    const reader = await signUp('reader')
    await follow(nadar, reader)
    await settled(async () => expect((await notificationsOf(reader)).map(({ kind }) => kind)).toEqual(['followed']))
    const [first] = await notificationsOf(reader)
    await done(
      deprecated(
        'POST /notifications/{id}/read',
        '/api/v1/notifications/{id}/read',
        api(reader).post(`/notifications/${first!.id}/read`),
      ),
    )
    expect((await notificationsOf(reader)).map(({ read: isRead }) => isRead)).toEqual([true])
  })

  async function notificationsOf(person: Person): Promise<Notification[]> {
    const path = '/notifications/my'
    const answer = await deprecated(`GET ${path}`, '/api/v1/notifications', api(person).get(path))
    return (await read(Page(Notification), answer)).items
  }

  test('find every path that is described as theirs', () => {
    const described = operations
      .filter((operation) => operation.deprecated)
      .map(({ method, path }) => `${method} ${path}`)
    expect([...tested].toSorted()).toEqual(described.toSorted())
  })
})
