import { Comment, Notification, Person as Profile, PersonInList, Post } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, type Caller, done, read } from '../support/api.ts'
import { follow, type Person, signUp } from '../support/people.ts'
import { allOf, comment, idsOf, like, photoOf, publish } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

async function statusOf(path: string, as?: Caller): Promise<number> {
  return (await api(as).get(`/api/v1/${path}`)).status
}

async function home(person: Person): Promise<string[]> {
  return idsOf(await allOf(Post, person, '/api/v1/feed/home'))
}

test('a private account is seen by whom it lets follow it, alone, from the moment when it says so', async () => {
  const [ann, fan, stranger] = [await signUp('ann'), await signUp('fan'), await signUp('stranger')]
  await follow(await signUp('early'), ann)
  const post = await publish(ann, 'At home')
  expect([await statusOf(`posts/${post.id}`, stranger), await statusOf(`posts/${post.id}`)]).toEqual([200, 200])
  await read(Profile, api(ann).patch('/api/v1/users/me', { private: true }))
  await follow(fan, ann)
  // Whoever is not signed in may be shown what was there a second ago.
  await settled(async () => expect(await statusOf(`posts/${post.id}`)).toBe(404))
  for (const viewer of [fan, stranger]) {
    expect(await statusOf(`posts/${post.id}`, viewer)).toBe(404)
    expect(await statusOf(`posts/${post.id}/comments`, viewer)).toBe(404)
    expect((await api(viewer).post(`/api/v1/posts/${post.id}/like`)).status).toBe(404)
    expect(await allOf(Post, viewer, `/api/v1/users/${ann.id}/posts`)).toEqual([])
    expect(await allOf(PersonInList, viewer, `/api/v1/users/${ann.id}/followers`)).toEqual([])
    expect(idsOf(await allOf(Post, viewer, '/api/v1/feed'))).not.toContain(post.id)
  }
  expect(idsOf(await allOf(PersonInList, ann, '/api/v1/users/me/follow-requests'))).toEqual([fan.id])
  await done(api(ann).post(`/api/v1/users/me/follow-requests/${fan.id}/accept`))
  expect(await statusOf(`posts/${post.id}`, fan)).toBe(200)
  await settled(async () => expect(await home(fan)).toEqual([post.id]))
  expect(await statusOf(`posts/${post.id}`, stranger)).toBe(404)
  await done(api(ann).delete(`/api/v1/users/me/followers/${fan.id}`))
  expect(await statusOf(`posts/${post.id}`, fan)).toBe(404)
  await read(Profile, api(ann).patch('/api/v1/users/me', { private: false }))
  expect(await statusOf(`posts/${post.id}`, stranger)).toBe(200)
})

test('an audience is kept wherever posts are shown and told of, also when it is changed', async () => {
  const [ann, fan, friend] = [await signUp('ann'), await signUp('fan'), await signUp('friend')]
  for (const person of [fan, friend]) await follow(person, ann)
  await done(api(ann).put(`/api/v1/users/me/close-friends/${friend.id}`))
  const media = [{ mediaId: await photoOf(ann), altText: '' }]
  const body = { caption: `@${fan.username} @${friend.username}`, media, audience: 'close_friends' }
  const post = await read(Post, api(ann).post('/api/v1/posts', body), 201)
  await settled(async () => {
    expect(await home(friend)).toEqual([post.id])
    const told = await allOf(Notification, friend, '/api/v1/notifications')
    expect(told.map(({ kind }) => kind).toSorted()).toEqual(['mentioned', 'posted'])
  })
  expect(await home(fan)).toEqual([])
  expect(await allOf(Notification, fan, '/api/v1/notifications')).toEqual([])
  expect([await statusOf(`posts/${post.id}`, fan), await statusOf(`posts/${post.id}`)]).toEqual([404, 404])
  await like(friend, post.id)
  await read(Post, api(ann).patch(`/api/v1/posts/${post.id}`, { audience: 'only_me' }))
  expect([await statusOf(`posts/${post.id}`, friend), await statusOf(`posts/${post.id}`, ann)]).toEqual([404, 200])
  await settled(async () => expect(await allOf(Notification, friend, '/api/v1/notifications')).toEqual([]))
  await read(Post, api(ann).patch(`/api/v1/posts/${post.id}`, { audience: 'public' }))
  await settled(async () => expect(await home(fan)).toEqual([post.id]))
  expect((await read(Post, api(fan).get(`/api/v1/posts/${post.id}`))).counts).toEqual({ likes: 1, comments: 0 })
})

test('a block makes two people invisible to each other, in both directions and everywhere', async () => {
  const [ann, bob, other] = [await signUp('ann'), await signUp('bob'), await signUp('other')]
  await follow(bob, ann)
  await follow(ann, bob)
  const [ofAnn, ofBob, ofOther] = [await publish(ann), await publish(bob), await publish(other)]
  await like(bob, ofAnn.id)
  await comment(bob, ofOther.id, 'From bob')
  await comment(ann, ofOther.id, 'From ann')
  await settled(async () => {
    expect(await home(bob)).toContain(ofAnn.id)
    expect(await home(ann)).toContain(ofBob.id)
    expect((await allOf(Notification, ann, '/api/v1/notifications')).length).toBeGreaterThan(1)
  })
  await done(api(ann).put(`/api/v1/users/${bob.id}/block`))
  expect(await statusOf(`users/${ann.username}`, bob)).toBe(404)
  expect((await api(ann).get<PersonInList>(`/api/v1/users/${bob.id}`)).body.viewer).toMatchObject({ blocked: true })
  for (const [viewer, post] of [
    [ann, ofBob],
    [bob, ofAnn],
  ] as const) {
    expect(await statusOf(`posts/${post.id}`, viewer)).toBe(404)
    expect(await home(viewer)).not.toContain(post.id)
    const said = await allOf(Comment, viewer, `/api/v1/posts/${ofOther.id}/comments`)
    expect(said.map(({ author }) => author.id)).toEqual([viewer.id])
    await settled(async () => {
      expect(await home(viewer)).not.toContain(post.id)
      expect(await allOf(Notification, viewer, '/api/v1/notifications')).toEqual([])
    })
  }
  expect(await allOf(Comment, other, `/api/v1/posts/${ofOther.id}/comments`)).toHaveLength(2)
  await done(api(ann).delete(`/api/v1/users/${bob.id}/block`))
  expect(await statusOf(`posts/${ofAnn.id}`, bob)).toBe(200)
  expect((await api(bob).get<PersonInList>(`/api/v1/users/${ann.id}`)).body.viewer).toMatchObject({ following: false })
})
