import { Notification, type NotificationKind, Page } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { api, done, read, refused } from '../support/api.ts'
import { openStream } from '../support/event-stream.ts'
import { follow, type Person, signUp, unfollow } from '../support/people.ts'
import { allOf, comment, idsOf, publish } from '../support/posts.ts'
import { settled, soon } from '../support/soon.ts'

const UnreadCount = z.object({ count: z.int() })

async function inbox(person: Person, kind?: NotificationKind): Promise<Notification[]> {
  const all = await allOf(Notification, person, '/api/v1/notifications', 2)
  return kind === undefined ? all : all.filter((one) => one.kind === kind)
}

async function unreadOf(person: Person): Promise<number> {
  return (await read(UnreadCount, api(person).get('/api/v1/notifications/unread-count'))).count
}

describe.concurrent('notifications', () => {
  test('tell of each kind, with who did it, the post and the comment', async () => {
    const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
    await follow(nadar, louise)
    const post = await publish(louise, `For @${nadar.username}`)
    await api(nadar).post(`/api/v1/posts/${post.id}/like`)
    const top = await comment(nadar, post.id, 'A first comment')
    const reply = await comment(louise, post.id, 'An answer', top.id)

    const about = { id: post.id, thumbnailUrl: post.media[0]?.variants[0]?.url }
    const byNadar = { actorCount: 1, read: false, actors: [{ id: nadar.id, username: nadar.username }] }
    await settled(async () => {
      expect(await inbox(louise)).toHaveLength(3)
      expect((await inbox(louise, 'followed'))[0]).toMatchObject({ ...byNadar, post: null, comment: null })
      expect((await inbox(louise, 'liked'))[0]).toMatchObject({ ...byNadar, post: about, comment: null })
      const commented = { ...byNadar, post: about, comment: { id: top.id, text: 'A first comment' } }
      expect((await inbox(louise, 'commented'))[0]).toMatchObject(commented)
    })
    const byLouise = { actorCount: 1, actors: [{ id: louise.id }], post: about }
    await settled(async () => {
      expect((await inbox(nadar, 'replied'))[0]).toMatchObject({ ...byLouise, comment: { id: reply.id } })
      expect((await inbox(nadar, 'mentioned'))[0]).toMatchObject(byLouise)
    })
    // What one did oneself is no news, and a mention is told once, not as a new post besides.
    expect(await inbox(louise)).toHaveLength(3)
  })

  test('tell of a post of someone I follow', async () => {
    const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
    await follow(nadar, louise)
    const post = await publish(louise)
    await settled(async () => {
      expect((await inbox(nadar, 'posted'))[0]).toMatchObject({ actors: [{ id: louise.id }], post: { id: post.id } })
    })
  })

  test('are grouped: the latest three and how many there are', async () => {
    const louise = await signUp('louise')
    const post = await publish(louise)
    const crowd = await Promise.all(Array.from({ length: 5 }, () => signUp('crowd')))
    for (const person of crowd) await api(person).post(`/api/v1/posts/${post.id}/like`)
    await settled(async () => {
      const groups = await inbox(louise, 'liked')
      expect(groups).toHaveLength(1)
      expect(groups[0]).toMatchObject({ actorCount: 5 })
      expect(idsOf(groups[0]!.actors)).toEqual(idsOf(crowd.slice(2).toReversed()))
    })
    await done(api(crowd[4]).delete(`/api/v1/posts/${post.id}/like`))
    await settled(async () => {
      const [group] = await inbox(louise, 'liked')
      expect(group?.actorCount).toBe(4)
      expect(idsOf(group!.actors)).not.toContain(crowd[4]!.id)
    })
  })

  test('go when what they tell of is taken back', async () => {
    const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
    await follow(nadar, louise)
    const post = await publish(louise)
    await settled(async () => expect(await inbox(nadar)).toHaveLength(1))
    await settled(async () => expect(await inbox(louise)).toHaveLength(1))
    await done(api(louise).delete(`/api/v1/posts/${post.id}`))
    await unfollow(nadar, louise)
    await settled(async () => {
      expect([await inbox(nadar), await inbox(louise)]).toEqual([[], []])
    })
  })

  test('are read one by one, up to a point, or all; nobody reads those of others', async () => {
    const louise = await signUp('louise')
    const posts = [await publish(louise), await publish(louise), await publish(louise), await publish(louise)]
    const nadar = await signUp('nadar')
    for (const [index, post] of posts.entries()) {
      await api(nadar).post(`/api/v1/posts/${post.id}/like`)
      await settled(async () => expect(await inbox(louise)).toHaveLength(index + 1))
    }
    const ids = idsOf(await inbox(louise))
    expect(await unreadOf(louise)).toBe(4)

    await done(api(louise).post(`/api/v1/notifications/${ids[0]}/read`))
    await done(api(louise).post(`/api/v1/notifications/${ids[0]}/read`))
    expect(await unreadOf(louise)).toBe(3)
    await refused(api(nadar).post(`/api/v1/notifications/${ids[1]}/read`), 404, 'notification.not_found')

    await done(api(louise).post('/api/v1/notifications/read', { upTo: ids[2] }))
    expect((await inbox(louise)).map((one) => one.read)).toEqual([true, false, true, true])
    await done(api(louise).post('/api/v1/notifications/read', { upTo: null }))
    expect(await unreadOf(louise)).toBe(0)
  })
})

describe('the stream', () => {
  interface Told {
    notification: Notification
    unread: number
  }
  let louise: Person
  let nadar: Person
  let postIds: string[]

  beforeAll(async () => {
    ;[louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
    postIds = idsOf([await publish(louise), await publish(louise), await publish(louise)])
  })

  function like(index: number) {
    return api(nadar).post(`/api/v1/posts/${postIds[index]}/like`)
  }

  test('brings notifications as they come, and those that came while nobody listened, without a gap', async () => {
    const stream = await openStream(louise)
    await stream.next<{ unread: number }>('hello', ({ unread }) => unread === 0)
    await like(0)
    const first = await stream.next<Told>('notification', ({ notification }) => notification.post?.id === postIds[0])
    expect(Notification.parse(first.data.notification)).toMatchObject({ kind: 'liked', actors: [{ id: nadar.id }] })
    expect(first.data.unread).toBe(1)
    stream.close()

    await like(1)
    await soon('the second like is told', async () => (await inbox(louise)).length === 2)
    const again = await openStream(louise, first.id)
    const second = await again.next<Told>('notification', ({ notification }) => notification.post?.id === postIds[1])
    await like(2)
    await again.next<Told>('notification', ({ notification }) => notification.post?.id === postIds[2])
    expect(Number(second.id)).toBeGreaterThan(Number(first.id))
    again.close()
  })

  test('tells what is taken back', async () => {
    const stream = await openStream(louise)
    await stream.next('hello', () => true)
    const [latest] = (await read(Page(Notification), api(louise).get('/api/v1/notifications'))).items
    await done(api(nadar).delete(`/api/v1/posts/${postIds[2]}/like`))
    const removed = await stream.next<{ id: string; unread: number }>('removed', ({ id }) => id === latest?.id)
    expect(removed.data.unread).toBe(2)
    stream.close()
  })
})
