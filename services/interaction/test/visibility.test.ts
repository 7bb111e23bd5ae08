import { copyKey } from '@daguerre/copies/copies'
import type { Audience } from '@daguerre/contracts'
import type { Viewer } from '@daguerre/kit/tokens'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixture, type Fixture } from './fixture.ts'

let at: Fixture
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())

/** What every route answers about a post with a comment: its status. */
async function answers(postId: string, commentId: string, viewer: Viewer | undefined): Promise<Map<string, number>> {
  const post = `/api/v1/posts/${postId}`
  const comment = `/api/v1/comments/${commentId}`
  const asked: [string, string, unknown?][] = [
    ['GET', `${post}/likes`],
    ['GET', `${post}/comments`],
    ['GET', `${comment}/replies`],
    ['GET', comment],
    ...(viewer
      ? ([
          ['POST', `${post}/like`],
          ['DELETE', `${post}/like`],
          ['PUT', `${post}/save`],
          ['DELETE', `${post}/save`],
          ['POST', `${post}/comments`, { text: 'Seen' }],
          ['POST', `${comment}/like`],
          ['DELETE', `${comment}/like`],
        ] satisfies [string, string, unknown?][])
      : []),
  ]
  const statuses = new Map<string, number>()
  for (const [method, path, body] of asked) {
    statuses.set(`${method} ${path}`, (await at.request(method, path, viewer, body)).status)
  }
  return statuses
}

test.each([
  ['public', 'open', { stranger: true, follower: true, nobody: true }],
  ['followers', 'open', { stranger: false, follower: true, nobody: false }],
  ['only_me', 'open', { stranger: false, follower: false, nobody: false }],
  ['public', 'private', { stranger: false, follower: true, nobody: false }],
  ['public', 'closed', { stranger: false, follower: false, nobody: false }],
] as const)(
  'a post for %s of an account that is %s can be liked, saved, commented and read of by those who see it alone',
  async (audience, account, sees) => {
    const [author, stranger, follower, blocked] = [at.person(), at.person(), at.person(), at.person()]
    at.follows.add(`${follower.id}:${author.id}`)
    at.blocks.add(`${author.id}:${blocked.id}`)
    const postId = at.post(author, 'published', audience satisfies Audience)
    const commentId = await at.comment(postId, author)
    at.accounts.set(author.id, account)
    await at.shared.redis.del(copyKey.person(author.id))
    for (const [viewer, isSeen] of [
      [stranger, sees.stranger],
      [follower, sees.follower],
      [undefined, sees.nobody],
      [blocked, false],
    ] as const) {
      for (const [what, status] of await answers(postId, commentId, viewer)) {
        expect([what, status < 300 ? 'seen' : status]).toEqual([what, isSeen ? 'seen' : 404])
      }
    }
  },
)

test('comments, replies and likes of whom one does not see are not there: of a block both ways, and of closed accounts', async () => {
  const [author, viewer, blocked, blocker, closed, other] = Array.from({ length: 6 }, () => at.person())
  const postId = at.post(author!)
  const root = await at.comment(postId, other!)
  const said: [Viewer, string, string][] = []
  for (const person of [blocked!, blocker!, closed!, other!]) {
    const comment = await at.comment(postId, person)
    said.push([person, comment, await at.comment(postId, person, 'Well', root)])
    await at.request('POST', `/api/v1/posts/${postId}/like`, person)
  }
  at.blocks.add(`${viewer!.id}:${blocked!.id}`)
  at.blocks.add(`${blocker!.id}:${viewer!.id}`)
  at.accounts.set(closed!.id, 'closed')
  await at.shared.redis.del(copyKey.person(closed!.id), copyKey.relations(viewer!.id))

  async function people(path: string, personOf: (item: { id: string; author: { id: string } }) => string) {
    const found: string[] = []
    let cursor: string | null = null
    do {
      const url: string = `${path}?limit=2${cursor ? `&cursor=${cursor}` : ''}`
      const { body } = await at.request('GET', url, viewer)
      expect(body.items.length === 2 || body.nextCursor === null).toBe(true)
      found.push(...body.items.map(personOf))
      cursor = body.nextCursor
    } while (cursor !== null)
    return found
  }
  expect(await people(`/api/v1/posts/${postId}/comments`, (item) => item.author.id)).toEqual([other!.id, other!.id])
  expect(await people(`/api/v1/comments/${root}/replies`, (item) => item.author.id)).toEqual([other!.id])
  expect(await people(`/api/v1/posts/${postId}/likes`, (item) => item.id)).toEqual([other!.id])
  for (const [person, comment] of said) {
    const isSeen = person === other
    const path = `/api/v1/comments/${comment}`
    expect((await at.request('GET', path, viewer)).status).toBe(isSeen ? 200 : 404)
    expect((await at.request('GET', `${path}/replies`, viewer)).status).toBe(isSeen ? 200 : 404)
    expect((await at.request('POST', `${path}/like`, viewer)).status).toBe(isSeen ? 200 : 404)
    const reply = await at.request('POST', `/api/v1/posts/${postId}/comments`, viewer, {
      text: 'So',
      parentId: comment,
    })
    expect(reply.status).toBe(isSeen ? 201 : 422)
    // Nobody learns by the answer that there is such a comment.
    expect((await at.request('DELETE', path, viewer)).status).toBe(isSeen ? 403 : 404)
  }
})

test('what was saved is listed only while it may be seen', async () => {
  const [author, viewer] = [at.person(), at.person()]
  const posts = Array.from({ length: 3 }, () => at.post(author))
  for (const id of posts) await at.request('PUT', `/api/v1/posts/${id}/save`, viewer)
  async function saved(): Promise<string[]> {
    return (await at.request('GET', '/api/v1/users/me/saved', viewer)).body.items.map(({ id }: { id: string }) => id)
  }
  expect(await saved()).toEqual(posts.toReversed())
  at.blocks.add(`${author.id}:${viewer.id}`)
  await at.shared.holds.hold([copyKey.relations(viewer.id)])
  expect(await saved()).toEqual([])
  at.blocks.delete(`${author.id}:${viewer.id}`)
  expect(await saved()).toEqual(posts.toReversed())
})

test('what one has left on a post is taken back also where one sees it no longer, and who has left nothing learns nothing', async () => {
  const [author, viewer] = [at.person(), at.person()]
  const postId = at.post(author)
  const root = await at.comment(postId, author)
  const said = await at.comment(postId, viewer)
  const post = `/api/v1/posts/${postId}`
  const left = [`${post}/like`, `${post}/save`, `/api/v1/comments/${root}/like`]
  for (const path of left) await at.request(path.endsWith('save') ? 'PUT' : 'POST', path, viewer)
  at.blocks.add(`${author.id}:${viewer.id}`)
  await at.shared.holds.hold([viewer, author].map(({ id }) => copyKey.relations(id)))
  for (const path of left) {
    expect([path, (await at.request('DELETE', path, viewer)).status]).toEqual([path, 204])
    expect([path, (await at.request('DELETE', path, viewer)).status]).toEqual([path, 404])
  }
  expect((await at.request('DELETE', `/api/v1/comments/${said}`, viewer)).status).toBe(204)
})

test('the author of a post deletes a comment under it also of somebody whom they block', async () => {
  const [author, other] = [at.person(), at.person()]
  const postId = at.post(author)
  const said = await at.comment(postId, other)
  at.blocks.add(`${author.id}:${other.id}`)
  await at.shared.holds.hold([copyKey.relations(author.id)])
  expect((await at.request('DELETE', `/api/v1/comments/${said}`, author)).status).toBe(204)
})
