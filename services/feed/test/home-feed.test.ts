import type { Post } from '@daguerre/contracts'
import { waitFor } from '@daguerre/kit/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { edgesKey, lockKey, timelineKey } from '../src/timeline/timeline.ts'
import { createWorld } from './world.ts'

type World = Awaited<ReturnType<typeof createWorld>>
let world: World

beforeEach(async () => {
  world = await createWorld({ timelineLength: 30 })
})
afterEach(() => world.close())

/** A reader who follows `count` authors, and has a timeline already. */
async function reader(count: number) {
  const me = world.newPerson()
  const authors = Array.from({ length: count }, () => world.newPerson())
  for (const author of authors) world.setFollow(me, author, true)
  await world.homeFeed(me)
  return { me, authors: authors as [string, ...string[]] }
}

/** Commands of Redis between whose call and answer a test lets something happen. */
function commandsOf({ redis }: World) {
  return redis as unknown as Record<'set' | 'addPosts' | 'hgetall', (...args: unknown[]) => Promise<unknown>>
}

describe('the home feed is complete and in order', () => {
  test('a first read builds the timeline from those I follow and myself', async () => {
    const me = world.newPerson()
    const [nadar, stranger] = [world.newPerson(), world.newPerson()]
    world.setFollow(me, nadar, true)
    for (const author of [nadar, me, stranger, nadar]) world.write(author)
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    expect(world.expected(me)).toHaveLength(3)
  })

  test('nobody followed, nothing posted: an empty page that ends', async () => {
    const response = await world.get(world.newPerson(), '/api/v1/feed/home')
    expect(await response.json()).toEqual({ items: [], nextCursor: null })
  })

  test('a new post arrives by its event, once however often it comes', async () => {
    const { me, authors } = await reader(3)
    const post = world.write(authors[0])
    for (let times = 0; times < 3; times++) expect(await world.deliver('post', world.created(post))).toBe('SUCCESS')
    expect(await world.homeFeed(me)).toEqual([post.id])
  })

  test('my own posts arrive too', async () => {
    const { me } = await reader(1)
    const post = world.write(me)
    await world.deliver('post', world.created(post))
    expect(await world.homeFeed(me)).toEqual([post.id])
  })

  test('beyond what is kept in Redis the feed goes on to the very first post', async () => {
    const { me, authors } = await reader(4)
    for (let index = 0; index < 100; index++) {
      await world.deliver('post', world.created(world.write(authors[index % 4] ?? me)))
    }
    expect(await world.redis.zcard(timelineKey(me))).toBe(30)
    expect(await world.homeFeed(me, 7)).toEqual(world.expected(me))
    // And where a page ends exactly with what is kept.
    expect(await world.homeFeed(me, 10)).toEqual(world.expected(me))
    expect(world.expected(me)).toHaveLength(100)
  })

  test('the same when the timeline was built from a long past', async () => {
    const me = world.newPerson()
    const author = world.newPerson()
    world.setFollow(me, author, true)
    for (let index = 0; index < 75; index++) world.write(author)
    expect(await world.homeFeed(me, 20)).toEqual(world.expected(me))
  })

  test('deleted posts leave no holes: pages are full until the end', async () => {
    const { me, authors } = await reader(2)
    for (let index = 0; index < 60; index++)
      await world.deliver('post', world.created(world.write(authors[index % 2] ?? me)))
    for (const [index, post] of world.posts.entries()) post.deleted = index % 3 === 0
    expect(await world.homeFeed(me, 10)).toEqual(world.expected(me))
  })

  test('pages stay stable while posts arrive', async () => {
    const { me, authors } = await reader(1)
    for (let index = 0; index < 25; index++) await world.deliver('post', world.created(world.write(authors[0])))
    const old = world.expected(me)
    const first = (await (await world.get(me, '/api/v1/feed/home?limit=10')).json()) as {
      nextCursor: string
      items: { id: string }[]
    }
    await world.deliver('post', world.created(world.write(authors[0])))
    const second = (await (
      await world.get(me, `/api/v1/feed/home?limit=10&cursor=${first.nextCursor}`)
    ).json()) as typeof first
    expect([...first.items, ...second.items].map((item) => item.id)).toEqual(old.slice(0, 20))
  })
})

describe('follows change the timeline', () => {
  test('following back-fills, unfollowing removes', async () => {
    const { me } = await reader(1)
    const late = world.newPerson()
    for (let index = 0; index < 5; index++) world.write(late)
    await world.deliver('user', world.setFollow(me, late, true))
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    expect(world.expected(me)).toHaveLength(5)
    await world.deliver('user', world.setFollow(me, late, false))
    expect(await world.homeFeed(me)).toEqual([])
  })

  test('the newest version of an edge wins, whatever the order of its events', async () => {
    const { me } = await reader(1)
    const late = world.newPerson()
    world.write(late)
    const follow = world.setFollow(me, late, true)
    const unfollow = world.setFollow(me, late, false)
    await world.deliver('user', unfollow)
    await world.deliver('user', follow)
    expect(await world.homeFeed(me)).toEqual([])
  })

  test('a follow that comes after its end was heard of, and after a rebuild, brings nothing back', async () => {
    const { me, authors } = await reader(1)
    const stranger = world.newPerson()
    world.write(stranger)
    const begun = world.setFollow(me, stranger, true)
    await world.deliver('user', world.setFollow(me, stranger, false))
    await world.redis.del(timelineKey(me), edgesKey(me))
    await world.homeFeed(me)
    expect(await world.deliver('user', begun)).toBe('SUCCESS')
    await world.deliver('post', world.created(world.write(stranger)))
    await world.deliver('post', world.created(world.write(authors[0])))
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    expect(world.expected(me)).toHaveLength(1)
  })

  test('a page that is read while pushes cut the timeline goes on below', async () => {
    const { me, authors } = await reader(1)
    for (let index = 0; index < 30; index++) await world.deliver('post', world.created(world.write(authors[0])))
    const response = await world.get(me, '/api/v1/feed/home?limit=20')
    const { items, nextCursor } = (await response.json()) as { items: { id: string }[]; nextCursor: string }
    const below = world.expected(me).slice(20)
    // Twenty-five more posts push the last five of the timeline's ten below the cursor out between two of its reads.
    world.posts.find((post) => post.id === below[0])!.deleted = true
    world.before.documents = async () => {
      for (let index = 0; index < 25; index++) await world.deliver('post', world.created(world.write(authors[0])))
    }
    const next = await world.get(me, `/api/v1/feed/home?limit=9&cursor=${nextCursor}`)
    const page = (await next.json()) as { items: { id: string }[]; nextCursor: string | null }
    expect(items).toHaveLength(20)
    expect(page.items.map((post) => post.id)).toEqual(below.slice(1, 10))
  })

  test('somebody who posts more than a timeline holds is followed: nothing is missing below', async () => {
    const { me, authors } = await reader(1)
    const busy = world.newPerson()
    for (let index = 0; index < 50; index++) {
      world.write(busy)
      if (index % 10 === 0) await world.deliver('post', world.created(world.write(authors[0])))
    }
    await world.deliver('user', world.setFollow(me, busy, true))
    expect(await world.homeFeed(me, 9)).toEqual(world.expected(me))
  })
})

describe('races end right', () => {
  test('an unfollow in the middle of a fan-out wins', async () => {
    const { me, authors } = await reader(1)
    const post = world.write(authors[0])
    world.before.followers = async () => {
      await world.deliver('user', world.setFollow(me, authors[0], false))
    }
    await world.deliver('post', world.created(post))
    expect(await world.homeFeed(me)).toEqual([])
    expect(await world.redis.zcard(timelineKey(me))).toBe(0)
  })

  test('a post that comes while the follow list is pulled is not lost', async () => {
    const me = world.newPerson()
    const author = world.newPerson()
    world.setFollow(me, author, true)
    world.before.following = async () => {
      await world.deliver('post', world.created(world.write(author)))
    }
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    expect(world.expected(me)).toHaveLength(1)
  })

  test('a post that comes after the posts were pulled is not lost', async () => {
    const me = world.newPerson()
    const author = world.newPerson()
    world.setFollow(me, author, true)
    world.write(author)
    world.before.byAuthors = async () => {
      // Pushed now, and pulled by the answer that follows: once in the end.
      await world.deliver('post', world.created(world.write(author)))
    }
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
  })

  test('a follow that comes while the timeline is built is in it', async () => {
    const me = world.newPerson()
    const [first, second] = [world.newPerson(), world.newPerson()]
    world.setFollow(me, first, true)
    world.write(first)
    world.write(second)
    world.before.byAuthors = async () => {
      await world.deliver('user', world.setFollow(me, second, true))
    }
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    expect(world.expected(me)).toHaveLength(2)
  })

  test('twenty first reads at once build the timeline once and answer the same', async () => {
    const me = world.newPerson()
    const author = world.newPerson()
    world.setFollow(me, author, true)
    for (let index = 0; index < 10; index++) world.write(author)
    const feeds = await Promise.all(Array.from({ length: 20 }, () => world.homeFeed(me)))
    for (const feed of feeds) expect(feed).toEqual(world.expected(me))
    expect(world.askedForFollowing()).toBe(1)
  })

  test('who gets the lock when somebody has just built the timeline does not begin it anew', async () => {
    const me = world.newPerson()
    world.write(me)
    const commands = commandsOf(world)
    const set = commands.set.bind(world.redis)
    vi.spyOn(commands, 'set').mockImplementationOnce(async (...args) => {
      expect(await world.homeFeed(me)).toEqual(world.expected(me))
      return await set(...args)
    })
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    expect(world.askedForFollowing()).toBe(1)
  })

  test.each([
    ['it was caught up', 'addPosts'],
    ['it was opened', 'hgetall'],
  ] as const)('a timeline that is lost after %s leaves no hole', async (_when, name) => {
    await world.close()
    world = await createWorld({ timelineLength: 20, broadcastFrom: 1 })
    const { me, authors } = await reader(1)
    for (let index = 0; index < 30; index++) world.write(authors[0])
    await world.redis.del(timelineKey(me), edgesKey(me))
    await world.homeFeed(me)
    await world.deliver('post', world.created(world.write(authors[0])))
    const commands = commandsOf(world)
    const command = commands[name].bind(world.redis)
    const spy = vi.spyOn(commands, name).mockImplementationOnce(async (...args) => {
      const isBefore = name === 'hgetall'
      const answer = isBefore ? undefined : await command(...args)
      await world.redis.del(timelineKey(me), edgesKey(me))
      return isBefore ? await command(...args) : answer
    })
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    expect(spy).toHaveBeenCalled()
  })

  test('a builder that was overtaken does not call half a timeline ready', async () => {
    const me = world.newPerson()
    const author = world.newPerson()
    world.setFollow(me, author, true)
    for (let index = 0; index < 5; index++) world.write(author)
    world.before.byAuthors = async () => {
      // The lock has ended, and another builder has begun anew.
      await world.redis.set(lockKey(me), 'somebody who is faster', 'PX', 60_000)
      await world.redis.del(timelineKey(me))
    }
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    expect(await world.redis.hget(edgesKey(me), '#state')).toBe('building')
  })

  test('a rebuild that was killed in the middle is taken up when its lock has ended', async () => {
    const me = world.newPerson()
    const author = world.newPerson()
    world.setFollow(me, author, true)
    world.write(author)
    await world.redis.hset(edgesKey(me), { '#state': 'building', '#floor': '', [me]: '0:1' })
    await world.redis.set(lockKey(me), 'somebody who is dead', 'PX', 300)
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    await waitFor(async () => (await world.redis.hget(edgesKey(me), '#state')) === 'ready')
  })
})

describe('memory', () => {
  test('a timeline that is read stays, one that nobody reads has an end', async () => {
    const { me, authors } = await reader(1)
    await world.deliver('post', world.created(world.write(authors[0])))
    for (const key of [timelineKey(me), edgesKey(me)]) await world.redis.expire(key, 60)
    await world.redis.hset(edgesKey(me), '#kept', 'yesterday')
    await world.deliver('post', world.created(world.write(authors[0])))
    expect(await world.redis.ttl(timelineKey(me))).toBeLessThanOrEqual(60)
    await world.homeFeed(me)
    for (const key of [timelineKey(me), edgesKey(me)]) expect(await world.redis.ttl(key)).toBeGreaterThan(86_400)
  })
})

describe('what it depends on', () => {
  test('a lost Redis loses nothing', async () => {
    const { me, authors } = await reader(3)
    for (let index = 0; index < 12; index++)
      await world.deliver('post', world.created(world.write(authors[index % 3] ?? me)))
    await world.redis.del(timelineKey(me), edgesKey(me))
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
  })

  test('without Redis pages are pulled, the same', async () => {
    const { me, authors } = await reader(2)
    for (let index = 0; index < 12; index++) world.write(authors[index % 2] ?? me)
    world.redis.disconnect()
    expect(await world.homeFeed(me, 5)).toEqual(world.expected(me))
  })

  test('a page of 20 costs nothing that it showed before: what it did not is asked for once', async () => {
    const { me, authors } = await reader(5)
    for (let index = 0; index < 25; index++)
      await world.deliver('post', world.created(world.write(authors[index % 5] ?? me)))
    world.dapr.reset()
    const first = await world.get(me, '/api/v1/feed/home?limit=20')
    // Of user: who the authors are, and whom I mute.
    expect(world.dapr.calls.invoke).toEqual({ post: 1, user: 2, interaction: 1 })
    world.dapr.reset()
    const second = await world.get(me, '/api/v1/feed/home?limit=20')
    expect(world.dapr.calls.invoke).toEqual({})
    expect(await second.json()).toEqual(await first.json())
  })

  test('post down: what was shown before goes on, what was not is 503 that says so; user down: a built timeline goes on', async () => {
    const { me, authors } = await reader(1)
    await world.deliver('post', world.created(world.write(authors[0])))
    world.dapr.down.add('user')
    const poorer = await world.get(me, '/api/v1/feed/home')
    expect(poorer.headers.get('daguerre-degraded')).toBe('user')
    // Of an account of which nothing is known it may be private.
    expect(((await poorer.json()) as { items: Post[] }).items).toEqual([])
    world.dapr.down.delete('user')
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    world.dapr.down.add('user')
    world.dapr.down.add('post')
    expect(await world.homeFeed(me)).toEqual(world.expected(me))
    world.dapr.down.delete('user')
    expect(await world.deliver('post', world.created(world.write(authors[0])))).toBe('SUCCESS')
    const response = await world.get(me, '/api/v1/feed/home')
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('retry-after')).not.toBeNull()
  })

  test('interaction down: posts without counts and what I did, which the answer says', async () => {
    const { me, authors } = await reader(1)
    await world.deliver('post', world.created(world.write(authors[0])))
    world.dapr.down.add('interaction')
    const response = await world.get(me, '/api/v1/feed/home')
    expect(response.headers.get('daguerre-degraded')).toBe('interaction')
    expect(((await response.json()) as { items: Post[] }).items[0]).toMatchObject({ counts: null, viewer: null })
  })

  test('an event of an unknown shape is dropped for the dead letters, the next is served', async () => {
    const { me, authors } = await reader(1)
    const poison = { ...world.created(world.write(authors[0])), data: { postId: 'no uuid' } } as never
    expect(await world.deliver('post', poison)).toBe('DROP')
    const post = world.write(authors[0])
    expect(await world.deliver('post', world.created(post))).toBe('SUCCESS')
    expect(await world.homeFeed(me)).toContain(post.id)
  })

  test('a fan-out that finds user down comes again', async () => {
    const { authors } = await reader(1)
    world.dapr.down.add('user')
    expect(await world.deliver('post', world.created(world.write(authors[0])))).toBe('RETRY')
  })
})

describe('input', () => {
  test.each(['limit=0', 'limit=-1', 'limit=1000000000', 'limit=x', 'page=2'])('%s is refused', async (query) => {
    const response = await world.get(world.newPerson(), `/api/v1/feed/home?${query}`)
    expect(response.status).toBe(422)
  })

  test('a cursor of somebody else, of another list or invented is refused', async () => {
    const { me, authors } = await reader(1)
    for (let index = 0; index < 3; index++) world.write(authors[0])
    await world.redis.del(timelineKey(me), edgesKey(me))
    const page = (await (await world.get(me, '/api/v1/feed/home?limit=1')).json()) as { nextCursor: string }
    const global = (await (await world.get(me, '/api/v1/feed?limit=1')).json()) as { nextCursor: string }
    for (const [reader, path] of [
      [world.newPerson(), `/api/v1/feed?cursor=${global.nextCursor}`],
      [world.newPerson(), `/api/v1/feed/home?cursor=${page.nextCursor}`],
      [me, `/api/v1/feed?cursor=${page.nextCursor}`],
      [me, '/api/v1/feed/home?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ] as const) {
      const response = await world.get(reader, path)
      expect(response.status).toBe(400)
      expect(((await response.json()) as { code: string }).code).toBe('cursor.invalid')
    }
  })

  test('home needs somebody signed in, the global feed does not', async () => {
    expect((await world.app.request('/api/v1/feed/home')).status).toBe(401)
    expect((await world.app.request('/api/v1/feed')).status).toBe(200)
  })
})

describe('the global feed', () => {
  test('a page may be as large as is promised', async () => {
    expect((await world.app.request('/api/v1/feed?limit=100')).status).toBe(200)
  })

  test('has every post once, newest first, to the end', async () => {
    const author = world.newPerson()
    for (let index = 0; index < 23; index++) world.write(author)
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const response = await world.app.request(`/api/v1/feed?limit=10${cursor ? `&cursor=${cursor}` : ''}`)
      const page = (await response.json()) as { items: { id: string }[]; nextCursor: string | null }
      ids.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(ids).toEqual(world.expected(author))
  })
})
