import { copyKey } from '@daguerre/copies/copies'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

let made = 0
/** So many people of names that nobody else has. */
function people(count: number): Promise<Account[]> {
  return Promise.all(Array.from({ length: count }, () => user.person(`p${++made}.${newId().slice(-6)}`)))
}

function ask(viewer: Account, ids: string[]) {
  return user.post('/internal/relations', { viewerId: viewer.id, ids }, { apiToken: user.apiToken })
}

async function relationTo(viewer: Account, person: Account) {
  return (await user.get(`/api/v1/users/${person.id}`, { as: viewer })).body?.viewer
}

async function idsOf(path: string, as?: Account): Promise<string[]> {
  const { status, body } = await user.get(path, as ? { as } : {})
  expect(status).toBe(200)
  return body.items.map((item: { id: string }) => item.id)
}

async function accountOf(person: Account) {
  const { body } = await user.post('/internal/people', { ids: [person.id] }, { apiToken: user.apiToken })
  return body.accounts[0]
}

async function typesOf(subject: string): Promise<string[]> {
  return (await user.eventsOf(subject)).map(({ type }) => type.replace(/^daguerre\.user\.|\.v1$/g, ''))
}

function follow(who: Account, as: Account) {
  return user.put(`/api/v1/users/${who.id}/follow`, { as })
}

describe('a private account', () => {
  async function privatePerson() {
    const [person] = await people(1)
    expect((await user.patch('/api/v1/users/me', { private: true }, { as: person! })).body.private).toBe(true)
    return person!
  }

  test('is asked to be followed: nothing is followed before it accepts, and each is told once', async () => {
    const owner = await privatePerson()
    const [fan] = await people(1)
    for (let times = 0; times < 2; times++) expect((await follow(owner, fan!)).status).toBe(204)
    expect(await relationTo(fan!, owner)).toMatchObject({ following: false, requested: true })
    expect(await idsOf('/api/v1/users/me/follow-requests', owner)).toEqual([fan!.id])
    expect(await idsOf('/api/v1/users/me/follow-requests', fan)).toEqual([])
    expect(await typesOf(`${fan!.id}:${owner.id}`)).toEqual(['follow-requested'])

    const path = `/api/v1/users/me/follow-requests/${fan!.id}`
    expect((await user.post(`${path}/accept`, undefined, { as: owner })).status).toBe(204)
    expect((await user.post(`${path}/accept`, undefined, { as: owner })).body.code).toBe('follow_request.not_found')
    expect(await relationTo(fan!, owner)).toMatchObject({ following: true, requested: false })
    expect(await idsOf('/api/v1/users/me/follow-requests', owner)).toEqual([])
    expect((await typesOf(`${fan!.id}:${owner.id}`)).toSorted()).toEqual([
      ...['follow-request-ended', 'follow-requested', 'followed'],
    ])
  })

  test('declines a request, which may be made again; who asked may withdraw theirs', async () => {
    const owner = await privatePerson()
    const [fan, other] = await people(2)
    await follow(owner, fan!)
    const path = `/api/v1/users/me/follow-requests/${fan!.id}`
    expect((await user.post(`${path}/decline`, undefined, { as: owner })).status).toBe(204)
    expect(await relationTo(fan!, owner)).toMatchObject({ following: false, requested: false })
    await follow(owner, fan!)
    expect(await idsOf('/api/v1/users/me/follow-requests', owner)).toEqual([fan!.id])
    expect((await user.delete(`/api/v1/users/${owner.id}/follow`, { as: fan! })).status).toBe(204)
    expect((await user.post(`${path}/accept`, undefined, { as: owner })).status).toBe(404)
    expect(await relationTo(fan!, owner)).toMatchObject({ following: false, requested: false })
    // Nobody accepts for another.
    await follow(owner, fan!)
    expect((await user.post(`${path}/accept`, undefined, { as: other! })).status).toBe(404)
  })

  test('has its requests told in the order of their versions, which goes on when they are over', async () => {
    const owner = await privatePerson()
    const [fan] = await people(1)
    const subject = `${fan!.id}:${owner.id}`
    const path = `/api/v1/users/me/follow-requests/${fan!.id}`
    await follow(owner, fan!)
    for (let times = 0; times < 2; times++) await user.delete(`/api/v1/users/${owner.id}/follow`, { as: fan! })
    await follow(owner, fan!)
    for (let times = 0; times < 2; times++) await user.post(`${path}/decline`, undefined, { as: owner })
    await follow(owner, fan!)
    await user.put(`/api/v1/users/${fan!.id}/block`, { as: owner })
    await user.delete(`/api/v1/users/${fan!.id}/block`, { as: owner })
    await follow(owner, fan!)
    await user.patch('/api/v1/users/me', { private: false }, { as: owner })
    await expect.poll(() => relationTo(fan!, owner)).toMatchObject({ following: true })
    const told = (await user.eventsOf(subject)).filter(({ type }) => type.includes('request'))
    expect(told.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(told.map(({ type, data }) => [type.includes('ended'), (data as { accepted?: boolean }).accepted])).toEqual([
      ...[
        [false, undefined],
        [true, false],
        [false, undefined],
        [true, false],
      ],
      ...[
        [false, undefined],
        [true, false],
        [false, undefined],
        [true, true],
      ],
    ])
  })

  test('whose requests are made and taken back by many at once is told of each change once, in turn', async () => {
    const owner = await privatePerson()
    const [fan] = await people(1)
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        at % 2 === 0 ? follow(owner, fan!) : user.delete(`/api/v1/users/${owner.id}/follow`, { as: fan! }),
      ),
    )
    const told = await user.eventsOf(`${fan!.id}:${owner.id}`)
    expect(told.map(({ version }) => version)).toEqual(told.map((_, at) => at + 1))
    expect(told.map(({ type }) => type.includes('ended'))).toEqual(told.map((_, at) => at % 2 === 1))
    expect(await relationTo(fan!, owner)).toMatchObject({ requested: told.length % 2 === 1 })
  })

  test('shows whom it follows, and who follows it, to its followers alone; itself to all', async () => {
    const owner = await privatePerson()
    const [fan, stranger] = await people(2)
    await follow(stranger!, owner)
    await follow(owner, fan!)
    await user.post(`/api/v1/users/me/follow-requests/${fan!.id}/accept`, undefined, { as: owner })
    for (const list of ['followers', 'following']) {
      const path = `/api/v1/users/${owner.id}/${list}`
      const [shown] = list === 'followers' ? [fan!.id] : [stranger!.id]
      expect(await idsOf(path, owner)).toEqual([shown])
      expect(await idsOf(path, fan)).toEqual([shown])
      expect(await idsOf(path, stranger)).toEqual([])
      expect(await idsOf(path)).toEqual([])
    }
    expect((await user.get(`/api/v1/users/${owner.id}`)).body).toMatchObject({
      private: true,
      counts: { followers: 1, following: 1 },
    })
  })

  test('that becomes private keeps its followers, and that is opened accepts who asks', async () => {
    const [owner, before, asking, after] = await people(4)
    await follow(owner!, before!)
    await user.patch('/api/v1/users/me', { private: true }, { as: owner! })
    expect(await accountOf(owner!)).toBe('private')
    expect(await relationTo(before!, owner!)).toMatchObject({ following: true })
    // Who follows already does not ask.
    await follow(owner!, before!)
    await follow(owner!, asking!)
    expect(await idsOf('/api/v1/users/me/follow-requests', owner)).toEqual([asking!.id])
    await user.patch('/api/v1/users/me', { private: false }, { as: owner! })
    expect(await accountOf(owner!)).toBe('open')
    await expect.poll(() => relationTo(asking!, owner!)).toMatchObject({ following: true, requested: false })
    await follow(owner!, after!)
    expect(await relationTo(after!, owner!)).toMatchObject({ following: true, requested: false })
    expect((await user.eventsOf(owner!.id)).map(({ data }) => (data as { account: string }).account)).toEqual([
      'open',
      'private',
      'open',
    ])
  })

  test('is private in the copy that others read as soon as it is said', async () => {
    const owner = await privatePerson()
    const [copy] = await user.shared.copies.read([copyKey.person(owner.id)])
    expect(copy?.text?.toString()).toMatch(/^p\{/)
  })

  test('removes a follower, who is not told and may ask again', async () => {
    const owner = await privatePerson()
    const [fan] = await people(1)
    await follow(owner, fan!)
    await user.post(`/api/v1/users/me/follow-requests/${fan!.id}/accept`, undefined, { as: owner })
    for (let times = 0; times < 2; times++) {
      expect((await user.delete(`/api/v1/users/me/followers/${fan!.id}`, { as: owner })).status).toBe(204)
    }
    expect(await relationTo(fan!, owner)).toMatchObject({ following: false })
    expect(await idsOf(`/api/v1/users/${owner.id}/followers`, owner)).toEqual([])
    expect((await typesOf(`${fan!.id}:${owner.id}`)).filter((type) => type === 'unfollowed')).toHaveLength(1)
  })
})

describe('a block', () => {
  async function block(blocked: Account, as: Account) {
    expect((await user.put(`/api/v1/users/${blocked.id}/block`, { as })).status).toBe(204)
  }

  test('ends follows, requests and close friendships both ways, which do not come back with it', async () => {
    const [one, other] = await people(2)
    await follow(one!, other!)
    await follow(other!, one!)
    await user.put(`/api/v1/users/me/close-friends/${other!.id}`, { as: one! })
    for (let times = 0; times < 2; times++) await block(other!, one!)
    expect(await relationTo(one!, other!)).toMatchObject({ following: false, followedBy: false, blocked: true })
    expect((await user.delete(`/api/v1/users/${other!.id}/block`, { as: one! })).status).toBe(204)
    expect(await relationTo(other!, one!)).toMatchObject({ following: false, followedBy: false, blocked: false })
    expect(await idsOf('/api/v1/users/me/close-friends', one)).toEqual([])
    expect((await typesOf(`${one!.id}:${other!.id}`)).toSorted()).toEqual(['followed', 'unfollowed'])
  })

  test('makes whoever blocks somebody who is not there for them: 404 on every route, in no list, no search, no suggestion', async () => {
    const [blocker, blocked, friend] = await people(3)
    await follow(friend!, blocker!)
    await follow(friend!, blocked!)
    await follow(blocker!, friend!)
    await block(blocked!, blocker!)
    const path = `/api/v1/users/${blocker!.id}`
    const answers = await Promise.all([
      user.get(path, { as: blocked! }),
      user.get(`/api/v1/users/${blocker!.username}`, { as: blocked! }),
      user.get(`${path}/followers`, { as: blocked! }),
      user.get(`${path}/following`, { as: blocked! }),
      user.put(`${path}/follow`, { as: blocked! }),
      user.delete(`${path}/follow`, { as: blocked! }),
      user.putBody(`${path}/mute`, {}, { as: blocked! }),
      user.put(`${path}/block`, { as: blocked! }),
      user.delete(`${path}/block`, { as: blocked! }),
      user.put(`/api/v1/users/me/close-friends/${blocker!.id}`, { as: blocked! }),
      user.delete(`/api/v1/users/me/followers/${blocker!.id}`, { as: blocked! }),
      user.post('/users/follow', { userIdToFollow: blocker!.id }, { as: blocked! }),
    ])
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [404, 'user.not_found']))
    for (const [viewer, other] of [
      [blocked!, blocker!],
      [blocker!, blocked!],
    ] as const) {
      expect(await idsOf(`/api/v1/users/${friend!.id}/followers`, viewer)).not.toContain(other.id)
      const { body } = await user.get(`/api/v1/search?q=%40${other.username}`, { as: viewer })
      expect(body.people.map(({ id }: { id: string }) => id)).not.toContain(other.id)
      expect(await idsOf('/api/v1/users/me/suggestions?limit=100', viewer)).not.toContain(other.id)
    }
    expect(await idsOf(`/api/v1/users/${friend!.id}/followers`, friend)).toEqual(
      expect.arrayContaining([blocker!.id, blocked!.id]),
    )
    expect(await idsOf(`/api/v1/users/${friend!.id}/following`, blocked)).not.toContain(blocker!.id)
  })

  test('is seen by whoever blocks, listed for them alone, and taken back also from who blocks them in turn', async () => {
    const [one, other] = await people(2)
    await block(other!, one!)
    expect(await idsOf('/api/v1/users/me/blocked', one)).toEqual([other!.id])
    expect(await idsOf('/api/v1/users/me/blocked', other)).toEqual([])
    expect((await user.put(`/api/v1/users/${other!.id}/follow`, { as: one! })).body.code).toBe('follow.blocked')
    expect((await user.put(`/api/v1/users/me/close-friends/${other!.id}`, { as: one! })).body.code).toBe(
      'close_friend.blocked',
    )
    expect((await user.put(`/api/v1/users/${one!.id}/block`, { as: one! })).body.code).toBe('block.self')
    await query(user.fork(), 'insert into block (blocker_id, blocked_id, position) values ($1, $2, $3)', [
      other!.id,
      one!.id,
      newId(),
    ])
    expect((await user.delete(`/api/v1/users/${other!.id}/block`, { as: one! })).status).toBe(204)
    expect((await user.delete(`/api/v1/users/${other!.id}/block`, { as: one! })).status).toBe(404)
  })

  test('and a follow at the same moment leave no follow behind, whichever is first', async () => {
    for (let round = 0; round < 8; round++) {
      const [one, other] = await people(2)
      await Promise.all([
        follow(one!, other!),
        follow(other!, one!),
        user.put(`/api/v1/users/${other!.id}/block`, { as: one! }),
      ])
      const rows = await query(
        user.fork(),
        `select 1 from follow where active and follower_id in ($1, $2) and followee_id in ($1, $2)
         union all select 1 from follow_request where requester_id in ($1, $2) and target_id in ($1, $2)`,
        [one!.id, other!.id],
      )
      expect(rows).toEqual([])
    }
  })

  test('is in what pages read of both, which is held while it changes', async () => {
    const [one, other] = await people(2)
    const { copies, redis } = user.shared
    await ask(one!, [])
    await ask(other!, [])
    await block(other!, one!)
    for (const [viewer, person] of [
      [one!, other!],
      [other!, one!],
    ] as const) {
      expect((await copies.readRelations(viewer.id, [person.id])).areKnown).toBe(false)
      expect((await ask(viewer, [person.id])).body.items).toMatchObject([{ isBlocked: true }])
      await redis.del(copyKey.relations(viewer.id))
      await ask(viewer, [])
      const { ties, areKnown } = await copies.readRelations(viewer.id, [person.id])
      expect([areKnown, ties.get(person.id)?.isBlocked]).toEqual([true, true])
    }
  })
})

describe('close friends', () => {
  test('are listed for their friend alone, and do not learn of it but by what they see', async () => {
    const [owner, friend] = await people(2)
    for (let times = 0; times < 2; times++) {
      expect((await user.put(`/api/v1/users/me/close-friends/${friend!.id}`, { as: owner! })).status).toBe(204)
    }
    expect(await idsOf('/api/v1/users/me/close-friends', owner)).toEqual([friend!.id])
    expect(await idsOf('/api/v1/users/me/close-friends', friend)).toEqual([])
    expect(await relationTo(owner!, friend!)).toMatchObject({ closeFriend: true })
    // The same as of anybody else.
    expect(await relationTo(friend!, owner!)).toEqual(await relationTo((await people(1))[0]!, owner!))
    expect((await ask(friend!, [owner!.id])).body.items).toMatchObject([{ isCloseFriend: true }])
    expect((await ask(owner!, [friend!.id])).body.items).toMatchObject([{ isCloseFriend: false }])
    await user.shared.redis.del(copyKey.relations(friend!.id))
    await ask(friend!, [owner!.id])
    const { ties } = await user.shared.copies.readRelations(friend!.id, [owner!.id])
    expect(ties.get(owner!.id)).toMatchObject({ isCloseFriend: true, follows: false })
    expect((await user.delete(`/api/v1/users/me/close-friends/${friend!.id}`, { as: owner! })).status).toBe(204)
    expect((await ask(friend!, [owner!.id])).body.items).toMatchObject([{ isCloseFriend: false }])
    expect((await user.put(`/api/v1/users/me/close-friends/${owner!.id}`, { as: owner! })).body.code).toBe(
      'close_friend.self',
    )
  })
})

test('a closed account is there for nobody but itself, in no list and no search', async () => {
  const [gone, other] = await people(2)
  await follow(gone!, other!)
  await follow(other!, gone!)
  await query(user.fork(), `update profile set closed_by = '{suspended}' where id = $1`, [gone!.id])
  expect(await accountOf(gone!)).toBe('closed')
  expect((await user.get(`/api/v1/users/${gone!.id}`, { as: other! })).status).toBe(404)
  expect((await user.get(`/api/v1/users/${gone!.id}`)).status).toBe(404)
  expect((await user.get('/api/v1/users/me', { as: gone! })).status).toBe(200)
  expect(await idsOf(`/api/v1/users/${other!.id}/followers`, other)).toEqual([])
  expect(await idsOf(`/api/v1/users/${other!.id}/following`)).toEqual([])
  const { body } = await user.get(`/api/v1/search?q=%40${gone!.username}`)
  expect(body.people).toEqual([])
})

test('whom somebody follows is kept where pages read it, once it was asked', async () => {
  const [viewer, followed, other] = await people(3)
  await follow(followed!, viewer!)
  const { copies, redis } = user.shared
  await redis.del(copyKey.relations(viewer!.id))
  await ask(viewer!, [followed!.id, other!.id])
  const { ties, areKnown } = await copies.readRelations(viewer!.id, [followed!.id, other!.id, newId()])
  expect([areKnown, ties.get(followed!.id)?.follows, ties.get(other!.id)?.follows, ties.size]).toEqual([
    true,
    true,
    false,
    2,
  ])
  await user.delete(`/api/v1/users/${followed!.id}/follow`, { as: viewer! })
  expect((await copies.readRelations(viewer!.id, [followed!.id])).areKnown).toBe(false)
})
