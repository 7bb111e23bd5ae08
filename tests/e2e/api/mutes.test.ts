import { noRelation, type Notification, Page, Post } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, done, read } from '../support/api.ts'
import { follow, type Person, signUp } from '../support/people.ts'
import { comment, idsOf, like, publish } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

const PostPage = Page(Post)

async function homeOf(person: Person): Promise<string[]> {
  return idsOf((await read(PostPage, api(person).get('/api/v1/feed/home?limit=100'))).items)
}

async function toldTo(person: Person): Promise<string[]> {
  const { body } = await api(person).get('/api/v1/notifications')
  return (body as { items: Notification[] }).items.map(({ kind, actors }) => `${kind} by ${actors[0]?.username}`)
}

test('who is muted is in no feed and no notification of who mutes them, at once, until it is taken back; they see no difference', async () => {
  const [louise, nadar, other] = await Promise.all([signUp('louise'), signUp('nadar'), signUp('other')])
  await Promise.all([follow(louise, nadar), follow(louise, other)])
  const before = await publish(nadar, 'Paris from a balloon')
  const quiet = await publish(other, 'A quiet street')
  const own = await publish(louise, 'The bridge')
  await settled(async () => expect(await homeOf(louise)).toEqual([own.id, quiet.id, before.id]))

  await done(api(louise).put(`/api/v1/users/${nadar.username}/mute`))
  expect(await homeOf(louise)).toEqual([own.id, quiet.id])
  const meanwhile = await publish(nadar, 'The catacombs')
  await like(nadar, own.id)
  await comment(nadar, own.id, 'Splendid!')
  await like(other, own.id)
  await settled(async () => expect(await toldTo(louise)).toContain(`liked by ${other.username}`))
  const told = await toldTo(louise)
  expect(told.filter((entry) => entry.endsWith(nadar.username))).toEqual([`posted by ${nadar.username}`])
  expect(await homeOf(louise)).toEqual([own.id, quiet.id])

  // What is looked up is seen; the muted one sees that they are followed, and nothing else.
  const profile = await read(PostPage, api(louise).get(`/api/v1/users/${nadar.id}/posts`))
  expect(idsOf(profile.items)).toEqual([meanwhile.id, before.id])
  const seen = await api(nadar).get(`/api/v1/users/${louise.id}`)
  expect(seen.body).toMatchObject({
    viewer: { ...noRelation, followedBy: true },
  })

  await done(api(louise).delete(`/api/v1/users/${nadar.id}/mute`))
  expect(await homeOf(louise)).toEqual([meanwhile.id, own.id, quiet.id, before.id])
})
