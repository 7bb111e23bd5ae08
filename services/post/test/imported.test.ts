import { events, exportSections } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { z } from 'zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.drop())

type Viewer = ReturnType<World['person']>

const createdAt = '2019-05-04T03:02:01.000Z'

function imported(author: Viewer, mediaId: string, changes: Record<string, unknown> = {}) {
  const media = [{ mediaId, altText: 'A bridge' }]
  const post = {
    id: oldId(),
    authorId: author.id,
    authorUsername: author.username,
    audience: 'public',
    caption: 'Noon',
    media,
    location: null,
  }
  return { ...post, createdAt, ...changes }
}

/** An id of the time of the post. */
function oldId(): string {
  const hex = Date.parse(createdAt).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}${newId().slice(13)}`
}

function ask(post: unknown) {
  return world.ask('/internal/posts/imported', post)
}

test('a post of an archive has its own time and place, its tags, no mentions, and an event that says where it is from', async () => {
  const author = world.person()
  const other = world.person('mentioned')
  const today = await world.createPost(author)
  const post = imported(author, world.photo(author), {
    caption: `Noon #bridge @${other.username}`,
    ...{ commentsOff: true, likesHidden: true },
  })
  expect((await ask(post)).body).toEqual({ outcome: 'published' })
  const shown = (await world.send('GET', `/api/v1/posts/${post.id}`)).body
  expect(shown).toMatchObject({
    ...{ createdAt, state: 'published', caption: post.caption },
    ...{ commentsOff: true, likesHidden: true, counts: { likes: null } },
  })
  expect(shown['entities']).toMatchObject([{ type: 'hashtag', tag: 'bridge' }])
  const { items } = (await world.send<{ items: { id: string }[] }>('GET', `/api/v1/users/${author.id}/posts`)).body
  expect(items.map(({ id }) => id)).toEqual([today.id, post.id])
  const [event, ...more] = await world.eventsOf(post.id)
  expect(more).toEqual([])
  expect(event).toMatchObject({ type: events.postCreated.type, data: { postId: post.id, createdAt, imported: true } })
  expect((await world.eventsOf(today.id))[0]!.data).toMatchObject({ imported: false })
})

test('asked again it is known, even by many at once; what its author has deleted stays so', async () => {
  const author = world.person()
  const post = imported(author, world.photo(author))
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(post)))
  expect(answers.filter(({ body }) => body['outcome'] === 'published')).toHaveLength(1)
  expect((await ask(post)).body).toEqual({ outcome: 'known' })
  expect(await world.eventsOf(post.id)).toHaveLength(1)
  expect((await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: author })).status).toBe(204)
  expect((await ask(post)).body).toEqual({ outcome: 'deleted' })
})

test('media that are in work, failed or of somebody else are not taken', async () => {
  const author = world.person()
  for (const [mediaId, status] of [
    [world.photo(author, 'processing'), 409],
    [world.photo(author, 'failed'), 422],
    [world.photo(world.person()), 422],
    [newId(), 422],
  ] as const) {
    const post = imported(author, mediaId)
    expect((await ask(post)).status).toBe(status)
    expect(await world.eventsOf(post.id)).toEqual([])
  }
})

test('an export has all posts of somebody with their earlier wordings, page by page, and nothing that is deleted', async () => {
  const author = world.person()
  const kept = []
  for (let nth = 0; nth < 3; nth++) kept.push(await world.createPost(author, { caption: `first ${nth}` }))
  const gone = await world.createPost(author)
  const waiting = await world.createPost(author, {
    media: [{ mediaId: world.photo(author, 'processing'), altText: '' }],
  })
  await world.createPost(world.person())
  await world.send('DELETE', `/api/v1/posts/${gone.id}`, { as: author })
  await world.send('PATCH', `/api/v1/posts/${kept[0]!.id}`, { as: author, body: { caption: 'second' } })
  const found: z.infer<typeof exportSections.posts.item>[] = []
  let after: unknown = null
  do {
    const body = { userId: author.id, section: 'posts', after, limit: 2 }
    const answer = await world.ask<{ items: unknown[]; next: string | null }>('/internal/personal-data', body)
    expect(answer.body.items.length).toBeLessThanOrEqual(2)
    found.push(...z.array(exportSections.posts.item).parse(answer.body.items))
    after = answer.body.next
  } while (after !== null)
  expect(found.map(({ id }) => id)).toEqual([waiting.id, kept[2]!.id, kept[1]!.id, kept[0]!.id])
  expect(found[0]!.state).toBe('processing')
  expect(found[3]).toMatchObject({ caption: 'second', edits: [{ caption: 'first 0' }] })
})
