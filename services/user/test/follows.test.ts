import { noRelation } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

function follow(viewer: Account, whom: string) {
  return user.put(`/api/v1/users/${whom}/follow`, { as: viewer })
}

function unfollow(viewer: Account, whom: string) {
  return user.delete(`/api/v1/users/${whom}/follow`, { as: viewer })
}

async function counts(who: Account) {
  return (await user.get(`/api/v1/users/${who.id}`)).body.counts
}

describe('PUT and DELETE users/{id}/follow', () => {
  test('following shows on both sides, in counts and in flags', async () => {
    const [a, b] = await user.people('ann', 'bob')
    expect((await follow(a, 'bob')).status).toBe(204)
    expect(await counts(a)).toEqual({ posts: 0, followers: 0, following: 1 })
    expect(await counts(b)).toEqual({ posts: 0, followers: 1, following: 0 })
    expect((await user.get('/api/v1/users/bob', { as: a })).body.viewer).toEqual({ ...noRelation, following: true })
    expect((await user.get('/api/v1/users/ann', { as: b })).body.viewer).toEqual({ ...noRelation, followedBy: true })
    await follow(b, a.id)
    expect((await user.get('/api/v1/users/ann', { as: b })).body.viewer).toEqual({
      ...noRelation,
      following: true,
      followedBy: true,
    })
    expect((await user.get('/api/v1/users/ann', { as: a })).body.viewer).toBeNull()
    expect((await user.get('/api/v1/users/ann')).body.viewer).toBeNull()
  })

  test('nobody follows more people than a home feed can be made from', async () => {
    const [a, b, c] = await user.people('max1', 'max2', 'max3')
    await query(user.em(), `insert into counter (subject_id, name, value) values ($1, 'following', 7499)`, [a.id])
    expect((await follow(a, b.id)).status).toBe(204)
    expect(await follow(a, c.id)).toMatchObject({ status: 409, body: { code: 'follow.too_many' } })
    expect((await follow(a, b.id)).status).toBe(204)
    expect(await counts(c)).toMatchObject({ followers: 0 })
    expect(await user.eventsOf(`${a.id}:${c.id}`)).toEqual([])
    expect((await unfollow(a, b.id)).status).toBe(204)
    expect((await follow(a, c.id)).status).toBe(204)
  })

  test('following twice is one edge and one event; versions go on over unfollowing and following again', async () => {
    const [a, b] = await user.people('cat', 'dan')
    const edge = `${a.id}:${b.id}`
    for (let i = 0; i < 3; i++) expect((await follow(a, b.id)).status).toBe(204)
    expect(await user.eventsOf(edge)).toHaveLength(1)
    for (let i = 0; i < 3; i++) expect((await unfollow(a, b.id)).status).toBe(204)
    await follow(a, b.username)
    expect(await user.eventsOf(edge)).toEqual(
      ['followed', 'unfollowed', 'followed'].map((what, index) => ({
        type: `daguerre.user.${what}.v1`,
        version: index + 1,
        data: { followerId: a.id, followeeId: b.id, at: expect.any(String) },
      })),
    )
    expect(await counts(b)).toMatchObject({ followers: 1 })
  })

  test('unfollowing somebody never followed is 204 and no event', async () => {
    const [a, b] = await user.people('eli', 'fay')
    expect((await unfollow(a, 'fay')).status).toBe(204)
    expect(await user.eventsOf(`${a.id}:${b.id}`)).toEqual([])
    expect(await counts(a)).toEqual({ posts: 0, followers: 0, following: 0 })
  })

  test('twenty times the same follow at once is one edge, one event, one count', async () => {
    const [a, b] = await user.people('gil', 'hal')
    const answers = await Promise.all(Array.from({ length: 20 }, () => follow(a, b.id)))
    expect(answers.every(({ status }) => status === 204)).toBe(true)
    expect(await user.eventsOf(`${a.id}:${b.id}`)).toHaveLength(1)
    expect(await counts(b)).toMatchObject({ followers: 1 })
  })

  test('counts are exact under parallel follows and unfollows by many, while they are folded', async () => {
    const star = await user.person('star')
    const fans = await user.people(...Array.from({ length: 25 }, (_, index) => `fan${index}`))
    const folding = (async () => {
      for (let i = 0; i < 10; i++) await user.fold()
    })()
    await Promise.all(
      fans.map(async (fan, index) => {
        await follow(fan, star.id)
        await Promise.all([unfollow(fan, star.id), follow(fan, star.id), unfollow(fan, star.id)])
        await (index % 2 === 0 ? follow : unfollow)(fan, star.id)
      }),
    )
    await folding
    expect(await counts(star)).toMatchObject({ followers: 13 })
    await user.fold()
    expect(await counts(star)).toMatchObject({ followers: 13 })
    expect((await user.get(`/api/v1/users/${star.id}/followers?limit=100`)).body.items).toHaveLength(13)
    for (const fan of fans) {
      const versions = (await user.eventsOf(`${fan.id}:${star.id}`)).map(({ version }) => version)
      expect(versions).toEqual(versions.map((_, index) => index + 1))
    }
  })

  test('nobody follows themselves, by id or by name', async () => {
    const a = await user.person('ivy')
    for (const ref of [a.id, 'ivy', 'IVY']) {
      expect(await follow(a, ref)).toMatchObject({ status: 422, body: { code: 'follow.self' } })
    }
  })

  test('an unknown person is a 404, nobody signed in a 401, nonsense a 422', async () => {
    const a = await user.person('jan')
    expect(await follow(a, user.newId())).toMatchObject({ status: 404, body: { code: 'user.not_found' } })
    expect((await unfollow(a, 'nobody.at.all')).status).toBe(404)
    expect((await user.put('/api/v1/users/jan/follow')).status).toBe(401)
    expect((await user.delete('/api/v1/users/jan/follow')).status).toBe(401)
    expect((await follow(a, 'x')).status).toBe(422)
  })

  test('both may be so new that neither profile is here yet', async () => {
    const [a, b] = [user.account('new.follower'), user.account('new.followee')]
    expect((await follow(a, b.id)).status).toBe(204)
    expect((await user.get('/api/v1/users/new.followee/followers')).body.items).toMatchObject([{ id: a.id }])
  })

  test('with every neighbour down known people are followed', async () => {
    const [a, b] = await user.people('kay', 'lee')
    await user.without('auth', () =>
      user.without('media', () =>
        user.without('post', async () => {
          expect((await follow(a, b.id)).status).toBe(204)
          expect((await user.get('/api/v1/users/kay/following', { as: b })).body.items).toHaveLength(1)
          expect((await unfollow(a, b.id)).status).toBe(204)
        }),
      ),
    )
  })
})

describe('lists of followers', () => {
  test('the newest follow comes first, each with the relation to the viewer', async () => {
    const [a, b, c, d] = await user.people('moe', 'ned', 'oda', 'pia')
    for (const fan of [b, c, d]) await follow(fan, a.id)
    await follow(a, c.id)
    await unfollow(b, a.id)
    await follow(b, a.id)
    const mine = await user.get('/api/v1/users/moe/followers', { as: a })
    expect(mine.body.items.map((item: { username: string }) => item.username)).toEqual(['ned', 'pia', 'oda'])
    expect(mine.body.items[2]).toEqual({
      id: c.id,
      username: 'oda',
      displayName: 'oda',
      avatar: null,
      viewer: { ...noRelation, following: true, followedBy: true },
    })
    const theirs = await user.get('/api/v1/users/moe/followers', { as: c })
    expect(theirs.body.items.map((item: { viewer: unknown }) => item.viewer)).toEqual([noRelation, noRelation, null])
    const nobodys = await user.get('/api/v1/users/moe/followers')
    expect(nobodys.body.items.every((item: { viewer: unknown }) => item.viewer === null)).toBe(true)
  })

  test('pages hold everybody once, although others follow and unfollow in between', async () => {
    const a = await user.person('qua')
    const fans = await user.people(...Array.from({ length: 9 }, (_, index) => `pager${index}`))
    for (const fan of fans) await follow(fan, a.id)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const path: string = `/api/v1/users/qua/followers?limit=2${cursor ? `&cursor=${cursor}` : ''}`
      const { body } = await user.get(path)
      seen.push(...body.items.map((item: { username: string }) => item.username))
      cursor = body.nextCursor
      if (seen.length === 2) {
        await follow(await user.person('latecomer'), a.id)
        await unfollow(fans[8]!, a.id)
      }
    } while (cursor)
    expect(seen).toEqual(fans.map(({ username }) => username).toReversed())
  })

  test.each(['limit=0', 'limit=-1', 'limit=1000000000', 'limit=x', 'unknown=1', 'cursor='])(
    '%s is a 422',
    async (query) => {
      await user.person('raj')
      expect((await user.get(`/api/v1/users/raj/followers?${query}`)).status).toBe(422)
    },
  )

  test("an invented cursor, one of another list and one of another viewer's are a 400", async () => {
    const [a, b, c] = await user.people('sam', 'tia', 'uwe')
    for (const fan of [b, c]) await follow(fan, a.id)
    const { nextCursor } = (await user.get('/api/v1/users/sam/followers?limit=1', { as: b })).body
    expect((await user.get(`/api/v1/users/sam/followers?limit=1&cursor=${nextCursor}`, { as: b })).status).toBe(200)
    const attempts = [
      user.get('/api/v1/users/sam/followers?cursor=invented', { as: b }),
      user.get(`/api/v1/users/sam/following?cursor=${nextCursor}`, { as: b }),
      user.get(`/api/v1/users/tia/followers?cursor=${nextCursor}`, { as: b }),
      user.get(`/api/v1/users/sam/followers?cursor=${nextCursor}`, { as: c }),
    ]
    for (const answer of await Promise.all(attempts)) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } })
    }
  })

  test('of an unknown person it is a 404', async () => {
    expect((await user.get('/api/v1/users/nobody.known/followers')).status).toBe(404)
    expect((await user.get(`/api/v1/users/${user.newId()}/following`)).status).toBe(404)
  })
})

describe('paths of an earlier system', () => {
  test('POST /users/follow {userIdToFollow} follows, and says that it is deprecated', async () => {
    const [a, b] = await user.people('vic', 'wes')
    const answer = await user.post('/users/follow', { userIdToFollow: b.id }, { as: a })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('deprecation')).toMatch(/^@\d+$/)
    expect(answer.headers.get('link')).toContain('successor-version')
    expect(await counts(b)).toMatchObject({ followers: 1 })
    expect(await user.post('/users/follow', { userIdToFollow: a.id }, { as: a })).toMatchObject({
      status: 422,
      body: { code: 'follow.self' },
    })
    expect((await user.post('/users/follow', {}, { as: a })).status).toBe(422)
    expect((await user.post('/users/follow', { userIdToFollow: b.id })).status).toBe(401)
    expect((await user.post('/users/follow', { userIdToFollow: user.newId() }, { as: a })).status).toBe(404)
  })

  test('POST /users/follow with one idempotency key and another body is refused', async () => {
    const [a, b, c] = await user.people('idem1', 'idem2', 'idem3')
    const key = user.newId()
    for (let i = 0; i < 2; i++) {
      expect((await user.post('/users/follow', { userIdToFollow: b.id }, { as: a, key })).status).toBe(204)
    }
    expect((await user.post('/users/follow', { userIdToFollow: c.id }, { as: a, key })).status).toBe(422)
    expect(await counts(c)).toMatchObject({ followers: 0 })
  })

  test('GET /users/followers and /users/following are the lists of who asks', async () => {
    const [a, b] = await user.people('xia', 'yan')
    await follow(a, b.id)
    const followers = await user.get('/users/followers', { as: b })
    expect(followers.body).toEqual((await user.get('/api/v1/users/yan/followers', { as: b })).body)
    expect(followers.body.items).toMatchObject([{ id: a.id, viewer: { followedBy: true } }])
    expect(followers.headers.get('deprecation')).not.toBeNull()
    expect((await user.get('/users/following', { as: a })).body.items).toMatchObject([{ id: b.id }])
    expect((await user.get('/users/following')).status).toBe(401)
  })
})
