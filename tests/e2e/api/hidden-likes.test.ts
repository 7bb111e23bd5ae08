import { type Notification, type Page, type PersonInList, Post, type ShownCounts } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, done, read } from '../support/api.ts'
import { follow, type Person, signUp } from '../support/people.ts'
import { like, photoOf, publish } from '../support/posts.ts'
import { settled, soon } from '../support/soon.ts'

/** What each list and the post itself say of how many like it. */
async function likesFor(person: Person | undefined, { id, author }: Post): Promise<unknown[]> {
  const lists = [`users/${author.id}/posts`, 'feed', ...(person ? ['feed/home', 'users/me/saved'] : [])]
  const pages = await Promise.all(
    lists.map(async (path) => (await api(person).get<Page<Post>>(`/api/v1/${path}?limit=100`)).body.items),
  )
  const shown = pages.flatMap((items) => items.filter((post) => post.id === id))
  return [...shown, await read(Post, api(person).get(`/api/v1/posts/${id}`))].map(({ counts }) => counts?.likes)
}

test('how many like a post, and who, its author alone learns once it is hidden, and everybody again when it is not', async () => {
  const [louise, nadar, fox] = (await Promise.all(['louise', 'nadar', 'fox'].map((name) => signUp(name)))) as [
    Person,
    Person,
    Person,
  ]
  await follow(nadar, louise)
  const post = await publish(louise, 'The bridge')
  const path = `/api/v1/posts/${post.id}`
  for (const person of [louise, nadar]) await done(api(person).put(`${path}/save`))
  for (const person of [nadar, fox]) await like(person, post.id)
  await soon('it is in the home feed', async () => (await likesFor(nadar, post)).length === 5)
  for (const person of [louise, nadar])
    await settled(async () => expect(new Set(await likesFor(person, post))).toEqual(new Set([2])))

  const hidden = await read(Post, api(louise).patch(path, { likesHidden: true }))
  expect(hidden).toMatchObject({ likesHidden: true, editedAt: null, counts: { likes: 2 } })
  // At once in all lists; where interaction decides, as soon as it has heard.
  expect(await likesFor(nadar, post)).toEqual([null, null, null, null, null])
  expect(await likesFor(louise, post)).toEqual([2, 2, 2, 2, 2])
  await settled(async () => {
    for (const person of [nadar, undefined]) {
      expect((await api(person).get<{ code: string }>(`${path}/likes`)).body.code).toBe('like.hidden')
      // Whoever is not signed in may be shown what was a second ago.
      expect(new Set(await likesFor(person, post))).toEqual(new Set([null]))
    }
  })
  const { body: likers } = await api(louise).get<Page<PersonInList>>(`${path}/likes`)
  expect(likers.items.map(({ id }) => id)).toEqual([fox.id, nadar.id])

  await done(api(nadar).delete(`${path}/like`))
  expect((await read(Post, api(nadar).get(path))).viewer?.liked).toBe(false)
  const { body } = await api(nadar).post<{ counts: ShownCounts }>(`${path}/like`)
  expect(body.counts).toEqual({ likes: null, comments: 0 })
  expect((await read(Post, api(nadar).get(path))).viewer?.liked).toBe(true)
  await settled(async () => {
    const { items } = (await api(louise).get<Page<Notification>>('/api/v1/notifications')).body
    expect(items.find(({ kind }) => kind === 'liked')?.actorCount).toBe(2)
  })
  expect(
    (await api(nadar).get<Page<Notification>>('/api/v1/notifications')).body.items.map(({ kind }) => kind),
  ).not.toContain('liked')

  await read(Post, api(louise).patch(path, { likesHidden: false }))
  await settled(async () => {
    expect(new Set(await likesFor(nadar, post))).toEqual(new Set([2]))
    expect((await api(nadar).get<Page<PersonInList>>(`${path}/likes`)).body.items).toHaveLength(2)
  })
})

test('likes that are hidden from the beginning are nowhere to be seen, from the first one on', async () => {
  const [louise, nadar] = [await signUp('louise'), await signUp('nadar')]
  const media = [{ mediaId: await photoOf(louise), altText: '' }]
  const post = await read(Post, api(louise).post('/api/v1/posts', { media, likesHidden: true }), 201)
  expect(post).toMatchObject({ likesHidden: true, counts: { likes: 0 } })
  const { body } = await api(nadar).post<{ counts: ShownCounts }>(`/api/v1/posts/${post.id}/like`)
  expect(body.counts.likes).toBeNull()
  expect((await api(nadar).get(`/api/v1/posts/${post.id}/likes`)).status).toBe(403)
  await settled(async () =>
    expect((await read(Post, api(louise).get(`/api/v1/posts/${post.id}`))).counts?.likes).toBe(1),
  )
  expect(await read(Post, api(nadar).get(`/api/v1/posts/${post.id}`))).toMatchObject({
    ...{ likesHidden: true, counts: { likes: null } },
    viewer: { liked: true },
  })
})
