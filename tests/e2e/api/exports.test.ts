import {
  type ExportItem,
  ExportLink,
  exportSections,
  type ExportSection,
  HiddenWords,
  Person,
} from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { api, done, read } from '../support/api.ts'
import { signUpWithTotp } from '../support/factors.ts'
import { exportOf, unzip } from '../support/exports.ts'
import { follow, signUp } from '../support/people.ts'
import { somePhoto } from '../support/photos.ts'
import { comment, like, photoOf, publish } from '../support/posts.ts'
import { soon } from '../support/soon.ts'

test('somebody takes along all that they have here, from every service; nobody else can', async () => {
  const { person: me } = await signUpWithTotp('taker')
  const [other, third, blocked] = await Promise.all([signUp('other'), signUp('third'), signUp('blocked')])
  await follow(me, other)
  for (const person of [me, third]) await read(Person, api(person).patch('/api/v1/users/me', { private: true }))
  await follow(me, third)
  await follow(other, me)
  await done(api(me).put(`/api/v1/users/me/close-friends/${other.id}`))
  await done(api(me).put(`/api/v1/users/${third.id}/mute`))
  await done(api(me).put(`/api/v1/users/${third.id}/restrict`))
  await read(HiddenWords, api(me).put('/api/v1/users/me/hidden-words', { words: ['spam'] }))
  await done(api(me).put(`/api/v1/users/${blocked.id}/block`))
  const post = await publish(me, 'To be taken along <b>')
  const remark = await comment(me, post.id, 'A remark')
  await like(me, post.id)
  await soon('the request is told', async () => {
    const { count } = await read(z.object({ count: z.int() }), api(me).get('/api/v1/notifications/unread-count'))
    return count === 1
  })
  const id = await exportOf(me)
  for (const path of [id, `${id}/file`]) expect((await api(other).get(`/api/v1/exports/${path}`)).status).toBe(404)
  expect((await api(other).post(`/api/v1/exports/${id}/link`)).status).toBe(404)

  const { url } = await read(ExportLink, api(me).post(`/api/v1/exports/${id}/link`))
  const zip = (await api().get<Uint8Array>(url)).body
  const files = await unzip(zip)
  const parts = await api().get<Uint8Array>(url, { headers: { range: 'bytes=0-99' } })
  expect(parts.status).toBe(206)
  expect(Buffer.from(parts.body).equals(Buffer.from(zip).subarray(0, 100))).toBe(true)

  function itemsOf<Section extends ExportSection>(section: Section) {
    const { items } = JSON.parse(String(files.get(`data/${section}.json`))) as { items: unknown[] }
    return z.array(exportSections[section].item).parse(items) as ExportItem<Section>[]
  }
  const mediaId = await photoOf(me)
  expect(itemsOf('account')).toMatchObject([{ id: me.id, email: me.email }])
  expect(itemsOf('sessions').length).toBeGreaterThan(0)
  expect(itemsOf('factors')).toMatchObject([{ kind: 'totp' }])
  expect(itemsOf('profile')).toMatchObject([{ username: me.username, private: true }])
  for (const [section, { id: userId, username }] of [
    ['following', other],
    ['follow-requests-made', third],
    ['follow-requests-received', other],
    ['close-friends', other],
    ['mutes', third],
    ['restrictions', third],
    ['blocks', blocked],
  ] as const) {
    expect(itemsOf(section), section).toMatchObject([{ userId, username }])
  }
  expect(itemsOf('hidden-words')).toEqual([{ word: 'spam' }])
  expect(itemsOf('posts')).toMatchObject([{ id: post.id, caption: 'To be taken along <b>', media: [{ mediaId }] }])
  expect(itemsOf('comments')).toMatchObject([{ id: remark.id, text: 'A remark' }])
  expect(itemsOf('likes')).toMatchObject([{ postId: post.id }])
  expect(itemsOf('notifications')).toMatchObject([
    { kind: 'requested', actors: [{ userId: other.id, username: other.username }], actorCount: 1 },
  ])
  expect(itemsOf('notification-settings')).toHaveLength(1)
  const file = itemsOf('media')[0]?.file ?? ''
  expect(files.get(file)?.equals(await somePhoto())).toBe(true)
  expect(String(files.get('index.html'))).toContain(`<img src="${file}"`)
  expect(String(files.get('index.html'))).toContain('To be taken along &lt;b&gt;')
  expect(String(files.get('index.html'))).toContain(`<td>${blocked.username}</td>`)

  // Who has the link alone has it no longer than the session lasts in which it was asked for.
  await done(api(me).post('/api/v1/auth/logout'))
  expect((await api().get(url)).status).toBe(404)
})
