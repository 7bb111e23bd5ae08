import {
  Comment,
  HiddenWords,
  type Notification,
  Page,
  Person as Profile,
  PersonInList,
  Post,
} from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, done, read } from '../support/api.ts'
import { type Person, signUp } from '../support/people.ts'
import { allOf, comment, idsOf, like, publish } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

async function commentsFor(person: Person | undefined, postId: string): Promise<string[]> {
  return idsOf(await allOf(Comment, person, `/api/v1/posts/${postId}/comments`))
}

async function countOf(person: Person, postId: string): Promise<number | undefined> {
  return (await read(Post, api(person).get(`/api/v1/posts/${postId}`))).counts?.comments
}

async function toldTo(person: Person): Promise<string[]> {
  const { body } = await api(person).get('/api/v1/notifications')
  return (body as { items: Notification[] }).items.map(({ kind, actors }) => `${kind} by ${actors[0]?.username}`)
}

test('who is restricted says what they and the author of the post alone see, and is told about to nobody, until it is let through', async () => {
  const [louise, nadar, other, named] = await Promise.all(
    ['louise', 'nadar', 'other', 'named'].map((name) => signUp(name)),
  )
  const post = await publish(louise!, 'The bridge')
  await done(api(louise).put(`/api/v1/users/${nadar!.username}/restrict`))
  expect(idsOf((await read(Page(PersonInList), api(louise).get('/api/v1/users/me/restricted'))).items)).toEqual([
    nadar!.id,
  ])
  const seen = await read(Profile, api(nadar).get(`/api/v1/users/${louise!.id}`))
  expect(seen.viewer).toMatchObject({ restricted: false, blocked: false, muted: false })

  const held = await comment(nadar!, post.id, `Splendid, @${named!.username}!`)
  await like(nadar!, post.id)
  const shown = await comment(other!, post.id, 'Hello')
  expect(await commentsFor(nadar, post.id)).toEqual([shown.id, held.id])
  expect(await commentsFor(louise, post.id)).toEqual([shown.id, held.id])
  for (const person of [other, undefined]) expect(await commentsFor(person, post.id)).toEqual([shown.id])
  const waiting = await read(Page(Comment), api(louise).get('/api/v1/users/me/held-comments'))
  expect(waiting.items).toMatchObject([{ id: held.id, held: 'restriction', author: { id: nadar!.id } }])
  await settled(async () => {
    expect(await toldTo(louise!)).toEqual([`commented by ${other!.username}`])
    expect(await countOf(other!, post.id)).toBe(1)
  })
  expect(await toldTo(named!)).toEqual([])

  await done(api(louise).post(`/api/v1/comments/${held.id}/release`))
  expect(await commentsFor(undefined, post.id)).toEqual([shown.id, held.id])
  expect((await read(Page(Comment), api(louise).get('/api/v1/users/me/held-comments'))).items).toEqual([])
  await settled(async () => {
    expect(await toldTo(named!)).toEqual([`mentioned by ${nadar!.username}`])
    expect(await countOf(other!, post.id)).toBe(2)
  })
  expect(await toldTo(louise!)).toEqual([`commented by ${other!.username}`])

  await done(api(louise).delete(`/api/v1/users/${nadar!.id}/restrict`))
  const later = await comment(nadar!, post.id, 'Again')
  expect(await commentsFor(undefined, post.id)).toEqual([later.id, shown.id, held.id])
  await settled(async () => expect(await toldTo(louise!)).toContain(`commented by ${nadar!.username}`))
})

test('a word that somebody hides holds what has it below their posts, whoever says it, and nothing below the posts of others', async () => {
  const [louise, nadar, other] = await Promise.all(['louise', 'nadar', 'other'].map((name) => signUp(name)))
  const [post, elsewhere] = [await publish(louise!), await publish(nadar!)]
  const words = ['Free followers', '🍆']
  expect(await read(HiddenWords, api(louise).put('/api/v1/users/me/hidden-words', { words }))).toEqual({ words })
  const held = [
    await comment(nadar!, post.id, 'Get FREE   fóllowers here'),
    await comment(other!, post.id, 'so🍆'),
    await comment(other!, post.id, 'Ｆｒｅｅ followers'),
  ]
  const fine = await comment(nadar!, post.id, 'A freely chosen word')
  const there = await comment(louise!, elsewhere.id, 'Free followers')
  const third = await signUp('third')
  expect(await commentsFor(third, post.id)).toEqual([fine.id])
  expect(await commentsFor(third, elsewhere.id)).toEqual([there.id])
  const waiting = await allOf(Comment, louise, '/api/v1/users/me/held-comments')
  expect(idsOf(waiting)).toEqual(idsOf(held).toReversed())
  expect(waiting.every((item) => item.held === 'words')).toBe(true)
  await done(api(louise).delete(`/api/v1/comments/${held[0]!.id}`))
  expect((await api(nadar).get(`/api/v1/comments/${held[0]!.id}`)).status).toBe(404)
})
