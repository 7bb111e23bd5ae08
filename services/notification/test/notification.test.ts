import { randomUUID } from 'node:crypto'
import { events, makeEvent } from '@daguerre/contracts'
import { waitFor } from '@daguerre/kit/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  commentDeletedEvent,
  commentEvent,
  createStage,
  followEvent,
  likeEvent,
  type Person,
  postDeletedEvent,
  postEvent,
} from './stage.ts'

type Stage = Awaited<ReturnType<typeof createStage>>
let stage: Stage

beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage.close())

let serial = 0
function people(count: number): [Person, Person, Person, Person, Person, Person] {
  serial++
  return Array.from({ length: Math.max(6, count) }, (_, index) => stage.person(`p${serial}x${index}`)) as never
}

describe('grouping', () => {
  test('likes of one post are one notification: three newest names and how many', async () => {
    const [author, a, b, c, d] = people(5)
    const postId = randomUUID()
    await stage.deliver('post', postEvent(postId, author))
    for (const who of [a, b, c, d])
      expect(await stage.deliver('interaction', likeEvent(postId, author, who))).toBe('SUCCESS')
    const [group, ...more] = await stage.list(author)
    expect(more).toEqual([])
    expect(group).toMatchObject({
      kind: 'liked',
      actorCount: 4,
      read: false,
      post: { id: postId, thumbnailUrl: `/media/${postId}/thumbnail.webp` },
    })
    expect(group?.actors.map((actor) => actor.username)).toEqual([d, c, b].map((person) => person.username))
  })

  test('a hundred likes at once are counted exactly', async () => {
    const all = people(101)
    const [author] = all
    const postId = randomUUID()
    const events = all.slice(1).map((who) => likeEvent(postId, author, who))
    await Promise.all([...events, ...events].map((event) => stage.deliver('interaction', event)))
    expect((await stage.list(author))[0]).toMatchObject({ actorCount: 100 })
  })

  test('counting likers hands over no list of them, which a famous post would make too long', async () => {
    const [author, ...fans] = people(26)
    const postId = randomUUID()
    const distinct = vi.spyOn(stage.collections.entries, 'distinct')
    for (const fan of fans) await stage.deliver('interaction', likeEvent(postId, author, fan))
    const [oldest] = await stage.collections.entries.find({ postId }).sort({ at: 1 }).toArray()
    expect((await stage.list(author))[0]).toMatchObject({ actorCount: 25 })
    expect((await stage.collections.groups.findOne({ postId }))?.createdAt).toEqual(oldest?.at)
    expect(distinct).not.toHaveBeenCalled()
    distinct.mockRestore()
  })

  test('followers are grouped by day, comments by post with their last words', async () => {
    const [me, a, b] = people(3)
    await stage.deliver('user', followEvent(a, me, 1, '2026-11-01T10:00:00.000Z'))
    await stage.deliver('user', followEvent(b, me, 1, '2026-11-02T10:00:00.000Z'))
    const postId = randomUUID()
    await stage.deliver('interaction', commentEvent(postId, me, a))
    await stage.deliver('interaction', commentEvent(postId, me, a))
    const groups = await stage.list(me)
    expect(groups.map((group) => [group.kind, group.actorCount])).toEqual([
      ['commented', 1],
      ['followed', 1],
      ['followed', 1],
    ])
    expect(groups[0]?.comment?.text).toBe('What light!')
  })

  test('nobody is told of what they did themselves', async () => {
    const [me] = people(1)
    const postId = randomUUID()
    await stage.deliver('interaction', likeEvent(postId, me, me))
    await stage.deliver('interaction', commentEvent(postId, me, me))
    await stage.deliver('post', postEvent(postId, me, [{ username: me.username, userId: me.id }]))
    expect(await stage.list(me)).toEqual([])
  })

  test('a reply tells who is answered, a mention who is named, and each of them once', async () => {
    const [postAuthor, answered, named, writer] = people(4)
    const parentId = randomUUID()
    await stage.deliver(
      'interaction',
      commentEvent(randomUUID(), postAuthor, writer, {
        parentId,
        repliedTo: answered,
        mentions: [
          { username: named.username, userId: null },
          { username: answered.username, userId: answered.id },
          { username: postAuthor.username, userId: postAuthor.id },
        ],
      }),
    )
    expect((await stage.list(answered)).map((group) => group.kind)).toEqual(['replied'])
    expect((await stage.list(named)).map((group) => group.kind)).toEqual(['mentioned'])
    expect((await stage.list(postAuthor)).map((group) => group.kind)).toEqual(['mentioned'])
  })

  test('a name that was not looked up when it was written is told of if its owner lets the writer mention them', async () => {
    const [postAuthor, named, writer] = people(3)
    stage.blocks.add(`${named.id}:${writer.id}`)
    const mentions = [{ username: named.username, userId: null }]
    await stage.deliver('interaction', commentEvent(randomUUID(), postAuthor, writer, { mentions }))
    stage.blocks.clear()
    expect(await stage.list(named)).toEqual([])
    await stage.deliver('interaction', commentEvent(randomUUID(), postAuthor, writer, { mentions }))
    expect((await stage.list(named)).map((group) => group.kind)).toEqual(['mentioned'])
  })

  test('who is mentioned by an edit is told as of the edit, in whatever order the events come', async () => {
    const [author, old, late] = people(3)
    for (const turned of [false, true]) {
      const postId = randomUUID()
      const made = postEvent(postId, author, [{ username: old.username, userId: old.id }])
      const mentions = [old, late].map(({ username, id }) => ({ username, userId: id }))
      const { data } = postEvent(postId, author, mentions)
      const edited = makeEvent(events.postUpdated, {
        subject: postId,
        version: 2,
        data: { ...data, createdAt: made.data.createdAt },
      })
      for (const event of turned ? [edited, made] : [made, edited]) await stage.deliver('post', event)
      const [[seenOld], [seenLate]] = await Promise.all([stage.list(old), stage.list(late)])
      expect(seenOld).toMatchObject({ post: { id: postId }, updatedAt: made.data.createdAt })
      expect(Date.parse(seenLate?.updatedAt ?? '')).toBeGreaterThan(Date.now() - 60_000)
    }
  })

  test('a burst of likes is one group, counted far fewer times than there are likes', async () => {
    const [author, ...fans] = people(61)
    const postId = randomUUID()
    await stage.deliverTogether(
      'interaction',
      fans.map((fan) => likeEvent(postId, author, fan)),
    )
    expect(await stage.list(author)).toMatchObject([{ kind: 'liked', actorCount: 60 }])
    const group = await stage.collections.groups.findOne({ recipientId: author.id, kind: 'liked' })
    expect(group?.rev).toBeLessThan(30)
  })

  test('likes of many posts that come together, and are taken back together, are a few statements', async () => {
    const [fan, ...authors] = people(41)
    const likes = authors.map((author) => likeEvent(randomUUID(), author, fan))
    const { entries, groups, posts, subscriptions } = stage.collections
    const spies = [
      ...(['insertMany', 'insertOne', 'find', 'findOne', 'updateOne', 'bulkWrite'] as const).map((name) =>
        vi.spyOn(entries, name),
      ),
      ...(['find', 'findOne', 'findOneAndUpdate', 'updateOne', 'bulkWrite'] as const).map((name) =>
        vi.spyOn(groups, name),
      ),
      vi.spyOn(posts, 'find'),
      vi.spyOn(subscriptions, 'find'),
    ]
    function statements(): number {
      return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
    }
    await stage.deliverTogether('interaction', likes)
    expect(statements()).toBeLessThan(authors.length / 2)
    for (const author of authors) expect(await stage.unread(author)).toBe(1)
    const before = statements()
    await stage.deliverTogether(
      'interaction',
      likes.map((event) => ({ ...event, type: events.postUnliked.type, version: event.version + 1 })),
    )
    expect(statements() - before).toBeLessThan(authors.length / 2)
    for (const spy of spies) spy.mockRestore()
    for (const author of authors) expect(await stage.list(author)).toEqual([])
  })

  test('a post tells every follower, page after page, once however often it comes', async () => {
    const [author, ...rest] = people(6)
    stage.followers.set(
      author.id,
      rest.map((person) => person.id),
    )
    const postId = randomUUID()
    const event = postEvent(postId, author)
    for (let times = 0; times < 2; times++) await stage.deliver('post', event)
    await stage.announceWaiting()
    for (const follower of rest) {
      expect(await stage.list(follower)).toMatchObject([{ kind: 'posted', post: { id: postId }, actorCount: 1 }])
    }
    expect(await stage.collections.announcements.countDocuments({})).toBe(0)
  })

  test('one whom many follow takes turns with the others: who has few has been told long before', async () => {
    const [loud, quiet, ...rest] = people(50)
    const [ofLoud, ofQuiet] = [rest.slice(0, 42), rest.slice(42)]
    stage.followers.set(
      loud.id,
      ofLoud.map(({ id }) => id),
    )
    stage.followers.set(
      quiet.id,
      ofQuiet.map(({ id }) => id),
    )
    await stage.deliver('post', postEvent(randomUUID(), loud))
    await stage.deliver('post', postEvent(randomUUID(), quiet))
    async function told(readers: Person[]): Promise<number> {
      const lists = await Promise.all(readers.map((reader) => stage.list(reader)))
      return lists.filter((list) => list.length > 0).length
    }
    // Pages of two: four followers are left of one, forty of the other.
    for (let turn = 0; turn < 4; turn++) expect(await stage.announceNext()).toBe(true)
    expect(await told(ofQuiet)).toBe(6)
    expect(await told(ofLoud)).toBe(6)
    await stage.announceWaiting()
    expect(await told(rest)).toBe(rest.length)
  })

  test('followers who could not be told are told later, from where it stopped; a deleted post is told to nobody more', async () => {
    const [author, ...rest] = people(9)
    stage.followers.set(
      author.id,
      rest.map(({ id }) => id),
    )
    const [postId, gone] = [randomUUID(), randomUUID()]
    await stage.deliver('post', postEvent(postId, author))
    await stage.deliver('post', postEvent(gone, author))
    stage.dapr.down.add('user')
    await stage.announceWaiting()
    expect(await stage.collections.announcements.countDocuments({})).toBe(2)
    stage.dapr.down.delete('user')
    await stage.deliver('post', postDeletedEvent(gone, author))
    await stage.collections.announcements.updateMany({}, { $set: { takenUntil: new Date(0) } })
    await stage.announceWaiting()
    for (const follower of rest) expect(await stage.list(follower)).toMatchObject([{ post: { id: postId } }])
  })
})

test('who began to follow after a post had appeared is not told of it, however late its event comes', async () => {
  const [author, follower, late] = people(3)
  stage.followers.set(author.id, [follower.id, late.id])
  stage.followingSince.set(late.id, new Date(Date.now() + 60_000).toISOString())
  await stage.deliver('post', postEvent(randomUUID(), author))
  expect(await stage.list(follower)).toMatchObject([{ kind: 'posted' }])
  expect(await stage.list(late)).toEqual([])
})

describe('converges whatever the order and however often', () => {
  test('like, unlike, like again: the newest version stands, in any order', async () => {
    for (const order of [
      [1, 2, 3],
      [1, 3, 2],
      [3, 2, 1],
      [2, 1, 3],
      [3, 1, 2, 3, 1],
    ]) {
      const [author, fan] = people(2)
      const postId = randomUUID()
      for (const version of order) await stage.deliver('interaction', likeEvent(postId, author, fan, version))
      expect(
        (await stage.list(author)).map((group) => group.actorCount),
        order.join(),
      ).toEqual([1])
    }
  })

  test('an unlike takes its name away, the last one the notification', async () => {
    const [author, a, b] = people(3)
    const postId = randomUUID()
    await stage.deliver('interaction', likeEvent(postId, author, a, 1))
    await stage.deliver('interaction', likeEvent(postId, author, b, 1))
    await stage.deliver('interaction', likeEvent(postId, author, b, 2))
    expect(await stage.list(author)).toMatchObject([{ actorCount: 1, actors: [{ username: a.username }] }])
    await stage.deliver('interaction', likeEvent(postId, author, a, 2))
    expect(await stage.list(author)).toEqual([])
    expect(await stage.unread(author)).toBe(0)
  })

  test('a follow taken back and given again on another day moves, and leaves nothing behind', async () => {
    const [me, fan] = people(2)
    await stage.deliver('user', followEvent(fan, me, 1, '2026-11-01T10:00:00.000Z'))
    await stage.deliver('user', followEvent(fan, me, 2, '2026-11-02T10:00:00.000Z'))
    await stage.deliver('user', followEvent(fan, me, 3, '2026-11-03T10:00:00.000Z'))
    expect(await stage.list(me)).toMatchObject([{ actorCount: 1, updatedAt: '2026-11-03T10:00:00.000Z' }])
  })

  test.each([
    ['before', 'ahead', '2027-12-31T00:00:00.000Z'],
    ['before', 'behind', '2025-01-01T00:00:00.000Z'],
    ['after', 'ahead', '2027-12-31T00:00:00.000Z'],
    ['after', 'behind', '2025-01-01T00:00:00.000Z'],
  ])('an unfollow that comes %s a post leaves nothing of it, by a clock that is %s', async (when, _clock, at) => {
    const [author, follower] = people(2)
    // user still names the follower: the unfollow happens while followers are read.
    stage.followers.set(author.id, [follower.id])
    await stage.deliver('user', followEvent(follower, author, 1))
    const posted = ['post', postEvent(randomUUID(), author)] as const
    const unfollowed = ['user', followEvent(follower, author, 2, at)] as const
    for (const [source, event] of when === 'before' ? [unfollowed, posted] : [posted, unfollowed]) {
      await stage.deliver(source, event)
    }
    expect(await stage.list(follower)).toEqual([])
    expect(await stage.unread(follower)).toBe(0)
  })

  test('a late unfollow takes nothing away from whoever follows again', async () => {
    const [author, follower] = people(2)
    const postId = randomUUID()
    stage.followers.set(author.id, [follower.id])
    stage.followVersions.set(follower.id, 3)
    await stage.deliver('user', followEvent(follower, author, 1))
    await stage.deliver('post', postEvent(postId, author))
    await stage.deliver('user', followEvent(follower, author, 2, '2027-12-31T00:00:00.000Z'))
    expect(await stage.list(follower)).toMatchObject([{ kind: 'posted', post: { id: postId } }])
  })

  test('a group that was lost comes back as it was when its events come again', async () => {
    const [author, a, b] = people(3)
    const postId = randomUUID()
    const both = [likeEvent(postId, author, a, 1), likeEvent(postId, author, b, 1)]
    for (const event of both) await stage.deliver('interaction', event)
    const before = await stage.list(author)
    await stage.collections.groups.deleteMany({ recipientId: author.id })
    for (const event of both.toReversed()) await stage.deliver('interaction', event)
    expect(await stage.list(author)).toEqual(before)
  })

  test.each(['before', 'after'])('a comment deleted %s it was told leaves nothing', async (when) => {
    const [author, writer, named] = people(3)
    const postId = randomUUID()
    const commentId = randomUUID()
    const created = commentEvent(postId, author, writer, {
      commentId,
      mentions: [{ username: named.username, userId: named.id }],
    })
    const deleted = commentDeletedEvent(commentId, postId, author, writer)
    for (const event of when === 'before' ? [deleted, created] : [created, deleted])
      await stage.deliver('interaction', event)
    expect([...(await stage.list(author)), ...(await stage.list(named))]).toEqual([])
  })

  test.each(['before', 'after'])(
    'a post deleted %s its likes, comments and announcement leaves nothing',
    async (when) => {
      const [author, fan, follower] = people(3)
      stage.followers.set(author.id, [follower.id])
      const postId = randomUUID()
      const about = [
        ['post', postEvent(postId, author)],
        ['interaction', likeEvent(postId, author, fan)],
        ['interaction', commentEvent(postId, author, fan)],
      ] as const
      const deleted = ['post', postDeletedEvent(postId, author)] as const
      for (const [source, event] of when === 'before' ? [deleted, ...about] : [...about, deleted])
        await stage.deliver(source, event)
      expect([...(await stage.list(author)), ...(await stage.list(follower))]).toEqual([])
      expect(await stage.unread(follower)).toBe(0)
    },
  )

  test('a crash between writing an entry and counting is made good by the next delivery', async () => {
    const [author, fan] = people(2)
    const postId = randomUUID()
    const event = likeEvent(postId, author, fan)
    await stage.deliver('interaction', event)
    // As if the process had died after the entry: the group is not counted, the event is not confirmed.
    const key = `${author.id}|liked|${postId}`
    await stage.collections.groups.deleteOne({ key })
    await stage.collections.entries.updateOne({ _id: `liked|${postId}|${fan.id}` }, { $set: { dirty: [key] } })
    await stage.deliver('interaction', event)
    expect(await stage.list(author)).toMatchObject([{ actorCount: 1 }])
  })

  test('a replayed event changes neither what is read nor ids', async () => {
    const [author, fan] = people(2)
    const event = likeEvent(randomUUID(), author, fan)
    await stage.deliver('interaction', event)
    const [before] = await stage.list(author)
    expect((await stage.post(author, `/api/v1/notifications/${before?.id}/read`)).status).toBe(204)
    await stage.deliver('interaction', event)
    expect(await stage.list(author)).toEqual([{ ...before, read: true }])
  })

  test('a poison message is dropped for the dead letters, and the next is served', async () => {
    const [author, fan] = people(2)
    const poison = { ...likeEvent(randomUUID(), author, fan), data: { postId: 7 } } as never
    expect(await stage.deliver('interaction', poison)).toBe('DROP')
    expect(await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))).toBe('SUCCESS')
  })

  test('user down while mentions must be resolved or followers read: again later', async () => {
    const [author] = people(1)
    stage.dapr.down.add('user')
    expect(await stage.deliver('post', postEvent(randomUUID(), author))).toBe('RETRY')
    stage.dapr.down.delete('user')
  })
})

describe('reading', () => {
  test('a read notification is unread again when something newer comes', async () => {
    const [author, a, b] = people(3)
    const postId = randomUUID()
    await stage.deliver('interaction', likeEvent(postId, author, a))
    const [group] = await stage.list(author)
    await stage.post(author, `/api/v1/notifications/${group?.id}/read`)
    expect(await stage.unread(author)).toBe(0)
    await stage.deliver('interaction', likeEvent(postId, author, b))
    expect(await stage.list(author)).toMatchObject([{ id: group?.id, read: false, actorCount: 2 }])
    expect(await stage.unread(author)).toBe(1)
  })

  test('up to a point: what is newer stays unread', async () => {
    const [author, fan] = people(2)
    for (let times = 0; times < 5; times++) await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    const groups = await stage.list(author)
    expect((await stage.post(author, '/api/v1/notifications/read', { upTo: groups[2]?.id })).status).toBe(204)
    expect((await stage.list(author)).map((group) => group.read)).toEqual([false, false, true, true, true])
    await stage.post(author, '/api/v1/notifications/read', { upTo: null })
    expect(await stage.unread(author)).toBe(0)
  })

  test('reading everything is one statement, however much there is', async () => {
    const [author, fan] = people(2)
    for (let times = 0; times < 12; times++) await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    const updateOne = vi.spyOn(stage.collections.groups, 'updateOne')
    const bulkWrite = vi.spyOn(stage.collections.groups, 'bulkWrite')
    await stage.post(author, '/api/v1/notifications/read', { upTo: null })
    expect(await stage.unread(author)).toBe(0)
    expect([updateOne.mock.calls.length, bulkWrite.mock.calls.length]).toEqual([0, 1])
    updateOne.mockRestore()
    bulkWrite.mockRestore()
  })

  test('an id in capitals is the same id', async () => {
    const [author, fan] = people(2)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    const id = (await stage.list(author))[0]?.id.toUpperCase()
    expect((await stage.post(author, `/api/v1/notifications/${id}/read`)).status).toBe(204)
    expect((await stage.post(author, '/api/v1/notifications/read', { upTo: id })).status).toBe(204)
  })

  test('pages give each group once, newest first', async () => {
    const [author, fan] = people(2)
    for (let times = 0; times < 23; times++) await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const response: Response = await stage.request(
        author,
        `/api/v1/notifications?limit=10${cursor ? `&cursor=${cursor}` : ''}`,
      )
      const page = (await response.json()) as { items: { id: string; updatedAt: string }[]; nextCursor: string | null }
      seen.push(...page.items.map((item) => item.updatedAt))
      cursor = page.nextCursor
    } while (cursor)
    expect(seen).toHaveLength(23)
    expect(seen).toEqual(seen.toSorted().toReversed())
    expect(new Set(seen).size).toBe(23)
  })

  test("somebody else's notification is not there, and cannot be read away", async () => {
    const [author, fan, stranger] = people(3)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    const [group] = await stage.list(author)
    expect((await stage.post(stranger, `/api/v1/notifications/${group?.id}/read`)).status).toBe(404)
    expect((await stage.post(stranger, '/api/v1/notifications/read', { upTo: group?.id })).status).toBe(404)
    expect(await stage.unread(author)).toBe(1)
  })

  test('user down: the list is there, without names nobody ever saw, and says so', async () => {
    const [author, fan] = people(2)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    stage.dapr.down.add('user')
    const response = await stage.request(author, '/api/v1/notifications')
    stage.dapr.down.delete('user')
    expect(response.status).toBe(200)
    expect(response.headers.get('daguerre-degraded')).toBe('user')
    expect(((await response.json()) as { items: unknown[] }).items).toMatchObject([{ actors: [{ id: fan.id }] }])
  })

  test('a page costs at most three invocations of user: who they are, what their accounts are, how they and the reader stand', async () => {
    const [author, ...fans] = people(6)
    for (const fan of fans) await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    stage.dapr.reset()
    await stage.list(author)
    expect(stage.dapr.calls.invoke['user'] ?? 0).toBeLessThanOrEqual(3)
  })

  test('the old paths answer the same and say that they are deprecated', async () => {
    const [author, fan] = people(2)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    const list = await stage.request(author, '/notifications/my')
    expect(list.headers.get('deprecation')).toMatch(/^@\d+$/)
    const { items } = (await list.json()) as { items: { id: string }[] }
    const read = await stage.post(author, `/notifications/${items[0]?.id}/read`)
    expect([read.status, read.headers.get('link')]).toEqual([
      204,
      '</api/v1/notifications/{id}/read>; rel="successor-version"',
    ])
  })

  test.each([
    ['/api/v1/notifications?limit=0', 422],
    ['/api/v1/notifications?cursor=AAAAAAAAAAAAAAAAAAAAAAAA', 400],
    ['/api/v1/notifications?wrong=1', 422],
  ])('%s is refused with %i', async (path, status) => {
    expect((await stage.request(people(1)[0], path)).status).toBe(status)
  })

  test.each([
    ['/api/v1/notifications/not-a-uuid/read', undefined, 422],
    ['/api/v1/notifications/read', {}, 422],
    ['/api/v1/notifications/read', { upTo: null, more: 1 }, 422],
    ['/api/v1/notifications/read', { upTo: 'x' }, 422],
  ])('POST %s %j is refused with %i', async (path, body, status) => {
    expect((await stage.post(people(1)[0], path, body)).status).toBe(status)
  })

  test('nobody signed in: 401', async () => {
    expect((await stage.app.request('/api/v1/notifications')).status).toBe(401)
    expect((await stage.app.request('/api/v1/notifications/stream')).status).toBe(401)
  })
})

interface Sent {
  id: string
  event: string
  data: { notification?: { id: string; actorCount: number }; unread: number; id?: string }
}

function fieldOf(block: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
}

/** Reads a stream of events as a client does, until it is left. */
async function openStream(person: Person, lastEventId?: string) {
  const response = await stage.request(person, '/api/v1/notifications/stream', {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const sent: Sent[] = []
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let ended = false
  void (async () => {
    let text = ''
    for (;;) {
      const { value, done } = await reader.read()
      if (done) break
      text += value
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = fieldOf(block, 'event')
        if (event)
          sent.push({ id: fieldOf(block, 'id'), event, data: JSON.parse(fieldOf(block, 'data')) as Sent['data'] })
      }
    }
    ended = true
  })()
  await waitFor(() => sent.length > 0)
  return { sent, hasEnded: () => ended, leave: () => reader.cancel() }
}

describe('the live stream', () => {
  test('says hello with the count, then each change as it comes', async () => {
    const [author, a, b] = people(3)
    const postId = randomUUID()
    const stream = await openStream(author)
    expect(stream.sent[0]).toMatchObject({ event: 'hello', data: { unread: 0 } })
    await stage.deliver('interaction', likeEvent(postId, author, a))
    await waitFor(() => stream.sent.length >= 2)
    expect(stream.sent[1]).toMatchObject({
      event: 'notification',
      data: { unread: 1, notification: { actorCount: 1 } },
    })
    await stage.deliver('interaction', likeEvent(postId, author, b))
    await waitFor(() => stream.sent.at(-1)?.data.notification?.actorCount === 2)
    await stage.deliver('post', postDeletedEvent(postId, author))
    await waitFor(() => stream.sent.at(-1)?.event === 'removed')
    expect(stream.sent.at(-1)?.data.unread).toBe(0)
    await stream.leave()
  })

  test('comes back without a gap: all that changed while the line was cut', async () => {
    const [author, ...fans] = people(6)
    const first = await openStream(author)
    const lastId = first.sent.at(-1)?.id
    await first.leave()
    for (const fan of fans) await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    const second = await openStream(author, lastId)
    await waitFor(() => new Set(second.sent.flatMap((item) => item.data.notification?.id ?? [])).size >= fans.length)
    expect(new Set(second.sent.flatMap((item) => item.data.notification?.id ?? [])).size).toBe(fans.length)
    await second.leave()
  })

  test('without a Last-Event-ID nothing old is sent', async () => {
    const [author, fan] = people(2)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    const stream = await openStream(author)
    expect(stream.sent[0]).toMatchObject({ data: { unread: 1 } })
    const postId = randomUUID()
    await stage.deliver('interaction', likeEvent(postId, author, fan))
    await waitFor(() => stream.sent.length >= 2)
    expect(stream.sent.slice(1).map((item) => item.data.notification)).toMatchObject([{ post: { id: postId } }])
    await stream.leave()
  })

  test('a change is sent whatever the clock of the replica that writes it says', async () => {
    const [author, fan, other] = people(3)
    const stream = await openStream(author)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    await waitFor(() => stream.sent.length >= 2)
    stage.pass(-10)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, other))
    await waitFor(() => stream.sent.at(-1)?.data.unread === 2)
    await stream.leave()
  })

  test('gets nothing of others', async () => {
    const [author, fan, other] = people(3)
    const stream = await openStream(other)
    const mine = await openStream(author)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan))
    await waitFor(() => mine.sent.length === 2)
    expect(stream.sent).toHaveLength(1)
    await Promise.all([stream.leave(), mine.leave()])
  })

  test('one person has thirty at most, whatever others have; who leaves one may open another', async () => {
    const [person, other] = people(2)
    const streams = await Promise.all(Array.from({ length: 30 }, () => openStream(person)))
    const refused = await stage.request(person, '/api/v1/notifications/stream')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('5')
    streams.push(await openStream(other))
    await streams.shift()?.leave()
    const again = await waitFor(async () => {
      const answer = await stage.request(person, '/api/v1/notifications/stream')
      return answer.status === 200 && answer
    })
    await again.body?.cancel()
    await Promise.all(streams.map(({ leave }) => leave()))
  })

  test('an id that is none is refused', async () => {
    const [person] = people(1)
    const response = await stage.request(person, '/api/v1/notifications/stream', { headers: { 'last-event-id': 'x' } })
    expect(response.status).toBe(422)
  })

  test('ends when the process drains, and when its time is over', async () => {
    const short = await createStage({ streamSeconds: 1 })
    const [kept] = people(1)
    const before = stage
    try {
      stage = short
      const byTime = await openStream(kept)
      await waitFor(() => byTime.hasEnded(), { timeoutMs: 3000 })
      const drained = await openStream(kept)
      short.draining.abort()
      await waitFor(() => drained.hasEnded(), { timeoutMs: 900 })
      expect([byTime.hasEnded(), drained.hasEnded()]).toEqual([true, true])
    } finally {
      stage = before
      await short.close()
    }
  })
})

test('nobody is told of a post of an archive, its likes are told as any', async () => {
  const [author, follower] = [stage.person('archivist'), stage.person('reader')]
  stage.followers.set(author.id, [follower.id])
  const postId = randomUUID()
  const event = postEvent(postId, author, [{ username: follower.username, userId: follower.id }])
  await stage.deliver('post', { ...event, data: { ...event.data, imported: true } })
  expect(await stage.list(follower)).toEqual([])
  await stage.deliver('interaction', likeEvent(postId, author, follower))
  expect(await stage.list(author)).toMatchObject([
    { kind: 'liked', post: { id: postId, thumbnailUrl: `/media/${postId}/thumbnail.webp` } },
  ])
})
