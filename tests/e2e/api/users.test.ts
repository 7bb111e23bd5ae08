import { noRelation, Page, Person as Profile, PersonInList } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { api, done, read, refused } from '../support/api.ts'
import { follow, type Person, signUp, unfollow } from '../support/people.ts'
import { forEverybody, readyPhoto, uploadPhoto } from '../support/photos.ts'
import { allOf, idsOf, publish } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

describe.concurrent('profiles', () => {
  test('the own profile is there as soon as the account is', async () => {
    const louise = await signUp('louise')
    const me = await read(Profile, api(louise).get('/api/v1/users/me'))
    expect(me).toEqual({
      id: louise.id,
      username: louise.username,
      displayName: louise.username,
      bio: '',
      website: null,
      avatar: null,
      private: false,
      counts: { posts: 0, followers: 0, following: 0 },
      viewer: null,
      speech: { commentsBy: 'everybody', mentionsBy: 'everybody' },
    })
  })

  test('a person is found by id and by username in any case, by anybody', async () => {
    const louise = await signUp('louise')
    for (const name of [louise.id, louise.username, louise.username.toUpperCase()]) {
      const person = await read(Profile, api().get(`/api/v1/users/${name}`))
      expect(person).toMatchObject({ id: louise.id, viewer: null })
    }
  })

  test('display name, bio and website change one by one, and null removes', async () => {
    const louise = await signUp('louise')
    const change = {
      displayName: 'Louise Daguerre',
      bio: 'Silver on copper.\nParis.',
      website: 'https://example.org/l',
    }
    const changed = await read(Profile, api(louise).patch('/api/v1/users/me', change))
    expect(changed).toMatchObject(change)

    await read(Profile, api(louise).patch('/api/v1/users/me', { website: null }))
    const seen = await read(Profile, api().get(`/api/v1/users/${louise.id}`))
    expect(seen).toMatchObject({ ...change, website: null })
  })

  test('an uploaded photo becomes the avatar, and goes again', async () => {
    const louise = await signUp('louise')
    const photo = forEverybody(await readyPhoto(louise))
    const { avatar } = await read(Profile, api(louise).patch('/api/v1/users/me', { avatarMediaId: photo.id }))
    const thumbnail = photo.variants.find(({ name }) => name === 'thumbnail')
    expect(avatar).toEqual({
      mediaId: photo.id,
      url: thumbnail?.url,
      width: thumbnail?.width,
      height: thumbnail?.height,
      placeholder: photo.placeholder,
    })
    const without = await read(Profile, api(louise).patch('/api/v1/users/me', { avatarMediaId: null }))
    expect(without.avatar).toBeNull()
  })

  test("somebody else's photo does not become the avatar", async () => {
    const [louise, nadar] = [await signUp('louise'), await signUp('nadar')]
    const { id } = await uploadPhoto(nadar)
    const answer = await api(louise).patch<{ errors: unknown }>('/api/v1/users/me', { avatarMediaId: id })
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ pointer: '#/avatarMediaId' }])
  })

  test('a changed profile reaches posts that show its owner', async () => {
    const louise = await signUp('louise')
    const post = await publish(louise)
    await read(Profile, api(louise).patch('/api/v1/users/me', { displayName: 'Madame Daguerre' }))
    await settled(async () => {
      const { body } = await api().get<typeof post>(`/api/v1/posts/${post.id}`)
      expect(body.author.displayName).toBe('Madame Daguerre')
    })
  })
})

describe.concurrent('following', () => {
  test('following and unfollowing answer 204 however often, and the counts are right', async () => {
    const [louise, nadar] = [await signUp('louise'), await signUp('nadar')]
    await follow(nadar, louise)
    await follow(nadar, louise)
    expect(await read(Profile, api(nadar).get(`/api/v1/users/${louise.id}`))).toMatchObject({
      counts: { followers: 1, following: 0 },
      viewer: { ...noRelation, following: true },
    })
    expect(await read(Profile, api(louise).get(`/api/v1/users/${nadar.username}`))).toMatchObject({
      counts: { followers: 0, following: 1 },
      viewer: { ...noRelation, followedBy: true },
    })

    await unfollow(nadar, louise)
    await unfollow(nadar, louise)
    expect(await read(Profile, api(nadar).get(`/api/v1/users/${louise.id}`))).toMatchObject({
      counts: { followers: 0 },
      viewer: noRelation,
    })
  })

  test('nobody follows themselves', async () => {
    const louise = await signUp('louise')
    await refused(api(louise).put(`/api/v1/users/${louise.username}/follow`), 422, 'follow.self')
  })

  test('followers and followed people are paged, the newest first, each with the relation to the viewer', async () => {
    const louise = await signUp('louise')
    const crowd: Person[] = []
    for (let count = 0; count < 3; count++) {
      const person = await signUp('follower')
      await follow(person, louise)
      crowd.unshift(person)
    }
    await follow(louise, crowd[0]!)

    const followers = await allOf(PersonInList, louise, `/api/v1/users/${louise.id}/followers`, 2)
    expect(idsOf(followers)).toEqual(idsOf(crowd))
    expect(followers.map(({ viewer }) => viewer)).toEqual([
      { ...noRelation, following: true, followedBy: true },
      { ...noRelation, followedBy: true },
      { ...noRelation, followedBy: true },
    ])
    const following = await allOf(PersonInList, undefined, `/api/v1/users/${louise.username}/following`)
    expect(following.map(({ id, viewer }) => ({ id, viewer }))).toEqual([{ id: crowd[0]!.id, viewer: null }])
  })

  test('ten who all follow five times at once are ten followers', async () => {
    const louise = await signUp('louise')
    const crowd = await Promise.all(Array.from({ length: 10 }, () => signUp('crowd')))
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => done(api(crowd[index % 10]).put(`/api/v1/users/${louise.id}/follow`))),
    )
    const { counts } = await read(Profile, api().get(`/api/v1/users/${louise.id}`))
    expect(counts.followers).toBe(10)
  })
})

describe('suggestions', () => {
  let viewer: Person

  beforeAll(async () => {
    viewer = await signUp('viewer')
  })

  test('are those whom the people that I follow follow, most of them first, without those I follow already', async () => {
    const [louise, nadar, twice, once] = await Promise.all(
      ['louise', 'nadar', 'twice', 'once'].map((name) => signUp(name)),
    )
    await follow(viewer, louise!)
    await follow(viewer, nadar!)
    await follow(louise!, twice!)
    await follow(nadar!, twice!)
    await follow(nadar!, once!)
    await follow(nadar!, louise!)

    const page = await read(Page(PersonInList), api(viewer).get('/api/v1/users/me/suggestions?limit=1'))
    expect(idsOf(page.items)).toEqual([twice!.id])
    expect(page.items[0]?.viewer).toEqual(noRelation)
    expect(idsOf(await allOf(PersonInList, viewer, '/api/v1/users/me/suggestions', 1))).toEqual([twice!.id, once!.id])
  })
})
