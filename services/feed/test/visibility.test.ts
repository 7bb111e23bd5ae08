import { copyKey } from '@daguerre/copies/copies'
import { Audience } from '@daguerre/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWorld } from './world.ts'

let world: Awaited<ReturnType<typeof createWorld>>
beforeEach(async () => {
  world = await createWorld({ timelineLength: 30 })
})
afterEach(() => world.close())

test('a home feed has of those who are followed what is for the reader, in full pages, and nothing else', async () => {
  const [me, author] = [world.newPerson(), world.newPerson()]
  world.setFollow(me, author, true)
  const posts = Array.from({ length: 60 }, (_, index) => world.write(author, Audience.options[index % 4]))
  function ofAudience(...wanted: Audience[]): string[] {
    return posts.flatMap(({ id, audience }) => (wanted.includes(audience) ? [id] : [])).toReversed()
  }
  for (const limit of [7, 20]) expect(await world.homeFeed(me, limit)).toEqual(ofAudience('public', 'followers'))
  // What is not for the reader stays in the timeline, for it may be one day.
  world.closeFriends.add(`${author}:${me}`)
  await world.holds.hold([copyKey.relations(me)])
  expect(await world.homeFeed(me)).toEqual(ofAudience('public', 'followers', 'close_friends'))
  expect(await world.homeFeed(author)).toEqual(posts.map(({ id }) => id).toReversed())
})

test('a new post is told to all, and seen by those whom it is for', async () => {
  const [me, author] = [world.newPerson(), world.newPerson()]
  world.setFollow(me, author, true)
  await world.homeFeed(me)
  const seen = world.write(author, 'followers')
  const unseen = world.write(author, 'close_friends')
  for (const post of [seen, unseen]) await world.deliver('post', world.created(post))
  expect(await world.homeFeed(me)).toEqual([seen.id])
})

test.each(['feed', 'explore'])(
  '%s shows nothing of private and closed accounts but to who may see it, and nothing of a block',
  async (feed) => {
    const [me, open, followed, unfollowed, closed, blocker, blocked] = Array.from({ length: 7 }, () =>
      world.newPerson(),
    )
    world.setFollow(me!, followed!, true)
    for (const id of [followed!, unfollowed!]) world.accounts.set(id, 'private')
    world.accounts.set(closed!, 'closed')
    world.blocks.add(`${blocker}:${me}`)
    world.blocks.add(`${me}:${blocked}`)
    const posts = [open!, followed!, unfollowed!, closed!, blocker!, blocked!].map((author) => world.write(author))
    world.ranking.push(...posts)
    await world.redis.del('explore{list}:current')
    async function seen(viewer: string | null): Promise<string[]> {
      const path = feed === 'feed' ? '/api/v1/feed?limit=100' : '/api/v1/feed/explore?limit=100'
      const response = viewer === null ? await world.app.request(path) : await world.get(viewer, path)
      const { items } = (await response.json()) as { items: { id: string }[] }
      return posts.flatMap(({ id, authorId }) => (items.some((item) => item.id === id) ? [authorId] : []))
    }
    for (let times = 0; times < 2; times++) {
      // Explore is without those whom the reader follows.
      expect(await seen(me!)).toEqual(feed === 'feed' ? [open, followed] : [open])
      expect(await seen(null)).toEqual([open, blocker, blocked])
      expect(await seen(blocker!)).toEqual(feed === 'feed' ? [open, blocker, blocked] : [open, blocked])
    }
  },
)

test('an account that becomes private is seen by followers alone as soon as that is told, and by all when it is opened', async () => {
  const [me, stranger, author] = [world.newPerson(), world.newPerson(), world.newPerson()]
  world.setFollow(me, author, true)
  const post = world.write(author)
  async function see(viewer: string): Promise<boolean> {
    return (await world.homeFeed(viewer, 100, 'global')).includes(post.id)
  }
  expect([await see(me), await see(stranger)]).toEqual([true, true])
  await world.deliver('user', world.setAccount(author, 'private'))
  expect([await see(me), await see(stranger)]).toEqual([true, false])
  await world.deliver('user', world.setAccount(author, 'open'))
  expect([await see(me), await see(stranger)]).toEqual([true, true])
})
