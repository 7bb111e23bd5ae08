import { type Commenting, Comment, Person as Profile, Post } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, read } from '../support/api.ts'
import { follow, type Person, signUp } from '../support/people.ts'
import { publish } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

function say(person: Person, postId: string, text = 'Hello') {
  return api(person).post<Comment & { code?: string }>(`/api/v1/posts/${postId}/comments`, { text })
}

async function commenting(person: Person, postId: string): Promise<Commenting> {
  return (await api(person).get<Commenting>(`/api/v1/posts/${postId}/commenting`)).body
}

test('who may comment is whom the author lets, at once, and where comments are off nobody', async () => {
  const [louise, follower, followed, stranger] = (await Promise.all(
    ['louise', 'follower', 'followed', 'stranger'].map((name) => signUp(name)),
  )) as [Person, Person, Person, Person]
  await Promise.all([follow(follower, louise), follow(louise, followed)])
  const post = await publish(louise, 'The bridge')
  for (const [commentsBy, allowed] of [
    ['followers', [follower, louise]],
    ['followed', [followed, louise]],
    ['nobody', [louise]],
    ['everybody', [follower, followed, stranger, louise]],
  ] as const) {
    const me = await read(Profile, api(louise).patch('/api/v1/users/me', { commentsBy }))
    expect(me.speech).toEqual({ commentsBy, mentionsBy: 'everybody' })
    for (const person of [follower, followed, stranger, louise]) {
      const may = allowed.some(({ id }) => id === person.id)
      const { status, body } = await say(person, post.id)
      expect([commentsBy, person.username, status, body.code]).toEqual([
        commentsBy,
        person.username,
        may ? 201 : 403,
        may ? undefined : 'comment.not_allowed',
      ])
      expect(await commenting(person, post.id)).toEqual({ allowed: may, reason: may ? null : commentsBy })
    }
  }
  expect((await read(Profile, api(stranger).get(`/api/v1/users/${louise.id}`))).speech).toBeUndefined()

  const off = await read(Post, api(louise).patch(`/api/v1/posts/${post.id}`, { commentsOff: true }))
  expect(off).toMatchObject({ commentsOff: true, editedAt: null })
  expect((await read(Post, api(stranger).get(`/api/v1/posts/${post.id}`))).commentsOff).toBe(true)
  await settled(async () => {
    for (const person of [louise, stranger]) expect((await say(person, post.id)).body.code).toBe('comment.off')
  })
  expect(await commenting(stranger, post.id)).toEqual({ allowed: false, reason: 'off' })
  const on = await read(Post, api(louise).patch(`/api/v1/posts/${post.id}`, { commentsOff: false }))
  expect(on.commentsOff).toBeUndefined()
  await settled(async () => expect((await say(stranger, post.id)).status).toBe(201))
})

test('a mention of somebody who does not let one is plain text and told to nobody, as one of a name that nobody has', async () => {
  const [louise, nadar, friend] = (await Promise.all(['louise', 'nadar', 'friend'].map((name) => signUp(name)))) as [
    Person,
    Person,
    Person,
  ]
  await follow(louise, friend)
  const { speech } = await read(Profile, api(louise).patch('/api/v1/users/me', { mentionsBy: 'followed' }))
  expect(speech).toEqual({ commentsBy: 'everybody', mentionsBy: 'followed' })
  const words = `@${louise.username} and @nobody.of.that.name`
  const [captioned, meant] = [await publish(nadar, words), await publish(friend, words)]
  expect(captioned.entities).toMatchObject([{ userId: null }, { userId: null }])
  expect(meant.entities).toMatchObject([{ userId: louise.id }, { userId: null }])
  const edited = await read(Post, api(nadar).patch(`/api/v1/posts/${captioned.id}`, { caption: `Still ${words}` }))
  expect(edited.entities).toMatchObject([{ userId: null }, { userId: null }])
  const comment = await read(Comment, api(nadar).post(`/api/v1/posts/${meant.id}/comments`, { text: words }), 201)
  expect(comment.entities).toMatchObject([{ userId: null }, { userId: null }])
  await read(Comment, api(friend).post(`/api/v1/posts/${captioned.id}/comments`, { text: words }), 201)
  await settled(async () => {
    const { body } = await api(louise).get<{ items: { kind: string; actors: { id: string }[] }[] }>(
      '/api/v1/notifications',
    )
    const mentions = body.items.filter(({ kind }) => kind === 'mentioned').flatMap(({ actors }) => actors)
    expect(mentions.map(({ id }) => id)).toEqual([friend.id, friend.id])
  })
})
