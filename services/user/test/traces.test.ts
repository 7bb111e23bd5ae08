import { events, makeEvent } from '@daguerre/contracts'
import { eraseDue } from '@daguerre/kit/erasures'
import { eraseForgotten } from '@daguerre/kit/forget-events'
import { query } from '@daguerre/kit/postgres'
import { findText } from '@daguerre/kit/testing'
import { beforeAll, expect, test } from 'vitest'
import { erasePerson } from '../src/leaving/erase-person.ts'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

async function tablesWith(text: string): Promise<string[]> {
  return [...new Set((await findText(user.orm, text)).map(({ table }) => table))].toSorted()
}

function deleted(author: Account, mediaIds: string[]) {
  const postId = user.newId()
  const data = { postId, authorId: author.id, mediaIds, authorPosts: { count: 3, version: 9 } }
  return makeEvent(events.postDeleted, { subject: postId, version: 2, data })
}

function left({ id }: Account) {
  const data = { userId: id, at: new Date().toISOString() }
  return makeEvent(events.accountDeleted, { subject: id, version: 2, data })
}

async function clear(): Promise<void> {
  await eraseDue(user.em(), {
    kind: 'person',
    pausesSeconds: [],
    erase: (id) => erasePerson({ ...user.shared, forkEm: user.em, clock: () => new Date() }, id),
  })
  await eraseForgotten(user.em())
  await user.fold()
}

function follow(follower: Account, followee: Account) {
  return user.put(`/api/v1/users/${followee.id}/follow`, { as: follower })
}

async function countsOf(person: Account) {
  return (await user.get(`/api/v1/users/${person.id}`)).body.counts
}

test('a picture goes with the post that showed the same photo, and nothing of it is told any more', async () => {
  const louise = await user.person('avatar_louise')
  const [picture, other] = [user.media(louise.id, 'ready'), user.media(louise.id, 'ready')]
  await user.patch('/api/v1/users/me', { avatarMediaId: picture }, { as: louise })
  await user.deliver(deleted(louise, [other]))
  expect((await user.get('/api/v1/users/avatar_louise')).body.avatar).toMatchObject({ mediaId: picture })
  await user.deliver(deleted(louise, [picture]))
  await user.deliver(deleted(louise, [picture]))
  await clear()
  expect((await user.get('/api/v1/users/avatar_louise')).body.avatar).toBeNull()
  expect(await tablesWith(picture)).toEqual([])
  expect(await user.eventsOf(louise.id)).toMatchObject([{ version: 3, data: { person: { avatar: null } } }])
})

test('who has left is not there, and is followed and muted by nobody; counts of others are right, and all hear of each end', async () => {
  const [louise, nadar, daguerre] = await user.people('left_louise', 'left_nadar', 'left_daguerre')
  await user.patch('/api/v1/users/me', { bio: 'left_bio_word', displayName: 'Left Name Word' }, { as: louise })
  await follow(louise, nadar)
  await follow(nadar, louise)
  await follow(daguerre, louise)
  await user.delete(`/api/v1/users/${louise.id}/follow`, { as: daguerre })
  await follow(nadar, daguerre)
  await user.putBody(`/api/v1/users/${nadar.id}/mute`, {}, { as: louise })
  await user.putBody(`/api/v1/users/${louise.id}/mute`, {}, { as: daguerre })
  await user.put(`/api/v1/users/${nadar.id}/restrict`, { as: louise })
  await user.put(`/api/v1/users/${louise.id}/restrict`, { as: daguerre })
  await user.putBody('/api/v1/users/me/hidden-words', { words: ['left_hidden_word'] }, { as: louise })

  await user.deliver(left(louise))
  await clear()
  // What comes late, or again, makes nothing anew.
  await user.deliver(left(louise))
  await user.deliver(deleted(louise, []))
  await user.deliver(
    makeEvent(events.accountRegistered, {
      subject: louise.id,
      version: 1,
      data: { userId: louise.id, username: louise.username, registeredAt: new Date().toISOString() },
    }),
  )
  await clear()

  for (const word of ['left_louise', 'left_bio_word', 'Left Name Word', 'left_hidden_word'])
    expect(await findText(user.orm, word)).toEqual([])
  expect(await tablesWith(louise.id)).toEqual(['erasure', 'forgotten', 'outbox'])
  const edges = [`${louise.id}:${nadar.id}`, `${nadar.id}:${louise.id}`, `${daguerre.id}:${louise.id}`]
  for (const subject of edges) {
    expect((await user.eventsOf(subject)).map(({ type, version }) => [type, version])).toEqual([
      [events.unfollowed.type, 2],
    ])
  }
  user.forget(louise)
  expect((await user.get(`/api/v1/users/${louise.id}`)).status).toBe(404)
  expect((await user.get('/api/v1/users/left_louise')).status).toBe(404)
  expect(await countsOf(nadar)).toMatchObject({ followers: 0, following: 1 })
  expect(await countsOf(daguerre)).toMatchObject({ followers: 1, following: 0 })
  const muted = await user.get('/api/v1/users/me/muted', { as: daguerre })
  expect(muted.body.items).toEqual([])
  // A token that is still good does not bring them back either.
  expect((await user.get('/api/v1/users/me', { as: louise })).status).toBe(401)
  expect((await user.patch('/api/v1/users/me', { bio: 'again' }, { as: louise })).status).toBe(401)
})

test('what was told of requests of who has left, and of requests to them, goes too', async () => {
  const [louise, nadar] = await user.people('asked_louise', 'asked_nadar')
  for (const person of [louise, nadar]) await user.patch('/api/v1/users/me', { private: true }, { as: person })
  await follow(nadar, louise)
  await user.post(`/api/v1/users/me/follow-requests/${nadar.id}/decline`, undefined, { as: louise })
  await follow(louise, nadar)
  expect(await user.eventsOf(`${nadar.id}:${louise.id}`)).toHaveLength(2)
  await user.deliver(left(louise))
  await clear()
  expect(await tablesWith(louise.id)).toEqual(['erasure', 'forgotten'])
})

test('who is leaving is closed, and open again if they stay, by the newest of what is told and whatever its order', async () => {
  const louise = await user.person('closing_louise')
  function closed(version: number) {
    const data = { userId: louise.id, deletionAt: new Date().toISOString() }
    return makeEvent(events.accountClosed, { subject: louise.id, version, data })
  }
  function reopened(version: number) {
    return makeEvent(events.accountReopened, { subject: louise.id, version, data: { userId: louise.id } })
  }
  async function closedBy(): Promise<string[]> {
    const [row] = await query<{ closed_by: string[] }>(user.em(), 'select closed_by from profile where id = $1', [
      louise.id,
    ])
    return row!.closed_by
  }
  expect(await user.deliver(closed(2))).toBe('SUCCESS')
  expect(await user.deliver(closed(2))).toBe('SUCCESS')
  expect(await closedBy()).toEqual(['leaving'])
  expect((await user.eventsOf(louise.id)).at(-1)?.data).toMatchObject({ account: 'closed' })
  await user.deliver(reopened(3))
  expect((await user.eventsOf(louise.id)).at(-1)?.data).toMatchObject({ account: 'open' })
  await user.deliver(closed(2))
  expect(await closedBy()).toEqual([])
  await user.deliver(closed(6))
  await user.deliver(reopened(5))
  expect(await closedBy()).toEqual(['leaving'])
  const told = (await user.eventsOf(louise.id)).map(({ data }) => (data as { account: string }).account)
  expect(told).toEqual(['open', 'closed', 'open', 'closed'])
  // Of somebody whose account is not heard of yet it waits; of who has left there is nothing to close.
  const stranger = user.account('closing_stranger')
  const early = {
    ...closed(2),
    subject: stranger.id,
    data: { userId: stranger.id, deletionAt: new Date().toISOString() },
  }
  expect(await user.deliver(early)).toBe('RETRY')
  await user.deliver(left(louise))
  expect(await user.deliver(closed(9))).toBe('SUCCESS')
})
