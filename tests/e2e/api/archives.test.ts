import { Notification, Post } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { bringArchive, instagramArchive } from '../support/archives.ts'
import { api, read } from '../support/api.ts'
import { exportOf } from '../support/exports.ts'
import { follow, signUp } from '../support/people.ts'
import { allOf, photoOf, publish } from '../support/posts.ts'
import { soon } from '../support/soon.ts'

test('an archive of Instagram is brought, twice: its posts are at their place in profile and home, once, and nobody is told', async () => {
  const [me, reader] = await Promise.all([signUp('bringer'), signUp('reader')])
  await follow(reader, me)
  // The reader has a home feed before anything is brought.
  const today = await publish(me, 'today')
  await soon('the post is in the home feed', async () => {
    return (await allOf(Post, reader, '/api/v1/feed/home')).some(({ id }) => id === today.id)
  })
  const zip = await instagramArchive(reader.username)
  for (let times = 0; times < 2; times++) {
    expect(await bringArchive(me, zip, 'followers')).toMatchObject({ state: 'ready', posts: 2, omissions: 1 })
  }
  const captions = ['today', `Zwölf Brücken 😀 @${reader.username}`, 'The first']
  const own = await allOf(Post, me, `/api/v1/users/${me.id}/posts`)
  expect(own.map(({ caption }) => caption)).toEqual(captions)
  expect(own.map(({ audience }) => audience)).toEqual(['public', 'followers', 'followers'])
  expect(own.map(({ createdAt }) => createdAt.slice(0, 4))).toEqual([today.createdAt.slice(0, 4), '2017', '2014'])
  await soon('the posts are in the home feed, at their place', async () => {
    const home = await allOf(Post, reader, '/api/v1/feed/home')
    return home.map(({ caption }) => caption).join() === captions.join()
  })
  const told = await allOf(Notification, reader, '/api/v1/notifications')
  expect(told.filter(({ post }) => post !== null && post.id !== today.id)).toEqual([])
})

test('an export is brought to another account: each post is for those whom it was for', async () => {
  const [me, other] = await Promise.all([signUp('mover'), signUp('new.home')])
  const audiences = ['public', 'followers', 'close_friends', 'only_me'] as const
  for (const audience of audiences) {
    const media = [{ mediaId: await photoOf(me), altText: 'Grey' }]
    const body = { caption: audience, audience, likesHidden: audience === 'public', media }
    await read(Post, api(me).post('/api/v1/posts', body), 201)
  }
  const path = `/api/v1/exports/${await exportOf(me)}/file`
  const zip = Buffer.from((await api(me).get<Uint8Array>(path)).body)
  expect(await bringArchive(other, zip, 'public')).toMatchObject({ state: 'ready', posts: 4, omissions: 0 })
  const brought = await allOf(Post, other, `/api/v1/users/${other.id}/posts`)
  expect(brought.map(({ caption, audience }) => [caption, audience]).toReversed()).toEqual(
    audiences.map((audience) => [audience, audience]),
  )
  const seen = await allOf(Post, await signUp('stranger'), `/api/v1/users/${other.id}/posts`)
  expect(seen).toMatchObject([{ caption: 'public', likesHidden: true, counts: { likes: null } }])
  expect(seen).toHaveLength(1)
})
