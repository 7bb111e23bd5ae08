import { noRelation, events } from '@daguerre/contracts'
import { foldCounters } from '@daguerre/kit/counters'
import { newId } from '@daguerre/kit/id'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, createFixture, type Fixture } from './fixture.ts'

let at: Fixture
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())

async function foldUntil(signal: AbortSignal): Promise<void> {
  do await foldCounters(at.forkEm(), 7)
  while (!signal.aborted)
}

describe('liking a post', () => {
  test('answers 200 with counts, once and again, and tells of it once', async () => {
    const [author, viewer] = [at.person(), at.person()]
    const postId = at.post(author)
    for (let round = 0; round < 3; round++) {
      const answer = await at.request('POST', `/api/v1/posts/${postId}/like`, viewer)
      expect(answer).toMatchObject({ status: 200, body: { counts: { likes: 1, comments: 0 } } })
    }
    expect(await at.emitted(events.postLiked, postId)).toEqual([
      {
        subject: `${postId}:${viewer.id}`,
        version: 1,
        data: { postId, postAuthorId: author.id, userId: viewer.id, at: expect.any(String) },
      },
    ])
  })

  test('is taken back with 204 however often, and the version grows with each change', async () => {
    const viewer = at.person()
    const postId = at.post(at.person())
    expect((await at.request('DELETE', `/api/v1/posts/${postId}/like`, viewer)).status).toBe(204)
    expect(await at.emitted(events.postUnliked, postId)).toEqual([])

    await at.request('POST', `/api/v1/posts/${postId}/like`, viewer)
    expect((await at.request('DELETE', `/api/v1/posts/${postId}/like`, viewer)).status).toBe(204)
    expect((await at.request('DELETE', `/api/v1/posts/${postId}/like`, viewer)).status).toBe(204)
    const again = await at.request('POST', `/api/v1/posts/${postId}/like`, viewer)
    expect(again.body.counts.likes).toBe(1)
    expect((await at.emitted(events.postLiked, postId)).map((event) => event.version)).toEqual([1, 3])
    expect((await at.emitted(events.postUnliked, postId)).map((event) => event.version)).toEqual([2])
  })

  test('by 200 people at once, each twice, while counters are folded, counts exactly 200 with one event each', async () => {
    const postId = at.post(at.person())
    const viewers = Array.from({ length: 200 }, () => at.person())
    const liked = new AbortController()
    const folds = foldUntil(liked.signal)
    const answers: Answer[] = []
    // Waves, as a busy machine lets 400 at once wait longer for a connection than kit's pool allows.
    for (let first = 0; first < viewers.length; first += 50) {
      const wave = viewers.slice(first, first + 50)
      const twice = [...wave, ...wave].map((viewer) => at.request('POST', `/api/v1/posts/${postId}/like`, viewer))
      answers.push(...(await Promise.all(twice)))
    }
    liked.abort()
    await folds
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
    expect((await at.states([postId])).get(postId)?.counts).toEqual({ likes: 200, comments: 0 })
    const emitted = await at.emitted(events.postLiked, postId)
    expect(emitted).toHaveLength(200)
    expect(new Set(emitted.map((event) => event.subject)).size).toBe(200)
  })

  test('in a storm of likes and unlikes converges: versions without gap, the count is what the last events say', async () => {
    const postId = at.post(at.person())
    const viewers = Array.from({ length: 5 }, () => at.person())
    await Promise.all(
      viewers.flatMap((viewer) =>
        Array.from({ length: 30 }, (_, turn) =>
          at.request(turn % 2 === 0 ? 'POST' : 'DELETE', `/api/v1/posts/${postId}/like`, viewer),
        ),
      ),
    )
    const changes = [
      ...(await at.emitted(events.postLiked, postId)).map((event) => ({ ...event, likes: true })),
      ...(await at.emitted(events.postUnliked, postId)).map((event) => ({ ...event, likes: false })),
    ]
    let likes = 0
    for (const viewer of viewers) {
      const own = changes
        .filter((change) => change.subject === `${postId}:${viewer.id}`)
        .toSorted((a, b) => a.version - b.version)
      expect(own.map((change) => change.version)).toEqual(own.map((_, index) => index + 1))
      expect(own.map((change) => change.likes)).toEqual(own.map((_, index) => index % 2 === 0))
      if (own.at(-1)?.likes) likes++
    }
    expect((await at.states([postId])).get(postId)?.counts.likes).toBe(likes)
  })

  test('needs somebody signed in, an id, and a post that can be seen', async () => {
    const viewer = at.person()
    const postId = at.post(at.person())
    for (const method of ['POST', 'DELETE']) {
      expect((await at.request(method, `/api/v1/posts/${postId}/like`)).status).toBe(401)
      expect(await at.request(method, `/api/v1/posts/none/like`, viewer)).toMatchObject({
        status: 422,
        body: { errors: [{ parameter: 'id' }] },
      })
      for (const hidden of [
        newId(),
        at.post(viewer, 'processing'),
        at.post(viewer, 'failed'),
        at.post(viewer, 'deleted'),
      ]) {
        expect(await at.request(method, `/api/v1/posts/${hidden}/like`, viewer)).toMatchObject({
          status: 404,
          body: { code: 'post.not_found' },
        })
      }
    }
  })

  test('takes an id in capitals for the same post', async () => {
    const viewer = at.person()
    const postId = at.post(at.person())
    await at.request('POST', `/api/v1/posts/${postId.toUpperCase()}/like`, viewer)
    expect((await at.emitted(events.postLiked, postId)).map((event) => event.subject)).toEqual([
      `${postId}:${viewer.id}`,
    ])
  })
})

describe('who likes a post', () => {
  test('is listed newest first, in pages, with how they and the viewer stand to each other', async () => {
    const [viewer, ...others] = Array.from({ length: 5 }, () => at.person())
    const postId = at.post(at.person())
    for (const person of [viewer!, ...others]) await at.request('POST', `/api/v1/posts/${postId}/like`, person)
    at.follows.add(`${viewer!.id}:${others[3]!.id}`).add(`${others[2]!.id}:${viewer!.id}`)

    const first = await at.request('GET', `/api/v1/posts/${postId}/likes?limit=3`, viewer)
    expect(first.body.items).toEqual([
      {
        ...at.people.get(others[3]!.id),
        viewer: { ...noRelation, following: true },
      },
      {
        ...at.people.get(others[2]!.id),
        viewer: { ...noRelation, followedBy: true },
      },
      {
        ...at.people.get(others[1]!.id),
        viewer: noRelation,
      },
    ])
    const second = await at.request(
      'GET',
      `/api/v1/posts/${postId}/likes?limit=3&cursor=${first.body.nextCursor}`,
      viewer,
    )
    expect(second.body).toEqual({
      items: [
        {
          ...at.people.get(others[0]!.id),
          viewer: noRelation,
        },
        { ...at.people.get(viewer!.id), viewer: null },
      ],
      nextCursor: null,
    })
    const anonymous = await at.request('GET', `/api/v1/posts/${postId}/likes`)
    expect(anonymous.body.items.map((item: { viewer: unknown }) => item.viewer)).toEqual([null, null, null, null, null])
  })

  test('leaves out who took the like back, and puts first who liked again', async () => {
    const [a, b] = [at.person(), at.person()]
    const postId = at.post(at.person())
    await at.request('POST', `/api/v1/posts/${postId}/like`, a)
    await at.request('POST', `/api/v1/posts/${postId}/like`, b)
    await at.request('DELETE', `/api/v1/posts/${postId}/like`, a)
    async function names() {
      const { body } = await at.request('GET', `/api/v1/posts/${postId}/likes`)
      return body.items.map((item: { id: string }) => item.id)
    }
    expect(await names()).toEqual([b.id])
    await at.request('POST', `/api/v1/posts/${postId}/like`, a)
    expect(await names()).toEqual([a.id, b.id])
  })

  test('costs one question to user, and two more for who has never seen anything of its author', async () => {
    const viewer = at.person()
    const postId = at.post(at.person())
    for (let index = 0; index < 20; index++) await at.request('POST', `/api/v1/posts/${postId}/like`, at.person())
    at.dapr.reset()
    const { body } = await at.request('GET', `/api/v1/posts/${postId}/likes`, viewer)
    expect(body.items).toHaveLength(20)
    expect(at.dapr.calls.invoke).toEqual({ user: 3 })
    at.dapr.reset()
    await at.request('GET', `/api/v1/posts/${postId}/likes`, viewer)
    expect(at.dapr.calls.invoke).toEqual({ user: 1 })
    at.dapr.reset()
    await at.request('GET', `/api/v1/posts/${postId}/likes`)
    expect(at.dapr.calls.invoke).toEqual({ user: 1 })
    at.dapr.reset()
    await at.request('GET', `/api/v1/posts/${postId}/likes`)
    expect(at.dapr.calls.invoke).toEqual({})
  })

  test('shows the last known names and says so while user is down', async () => {
    const [viewer, liker] = [at.person(), at.person()]
    const postId = at.post(at.person())
    await at.request('POST', `/api/v1/posts/${postId}/like`, liker)
    at.dapr.down.add('user')
    const answer = await at.request('GET', `/api/v1/posts/${postId}/likes`, viewer)
    at.dapr.down.delete('user')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('daguerre-degraded')).toBe('user')
    expect(answer.body.items).toEqual([
      { id: liker.id, username: liker.username, displayName: liker.username, avatar: null, viewer: null },
    ])
  })

  test('refuses cursors of another post, of another viewer, and invented ones; and limits out of range', async () => {
    const viewer = at.person()
    const [one, two] = [at.post(at.person()), at.post(at.person())]
    for (const person of [at.person(), at.person()]) await at.request('POST', `/api/v1/posts/${one}/like`, person)
    const { body } = await at.request('GET', `/api/v1/posts/${one}/likes?limit=1`, viewer)
    for (const path of [
      `/api/v1/posts/${two}/likes?cursor=${body.nextCursor}`,
      `/api/v1/posts/${one}/comments?cursor=${body.nextCursor}`,
      `/api/v1/posts/${one}/likes?cursor=invented`,
    ]) {
      expect(await at.request('GET', path, viewer)).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } })
    }
    expect((await at.request('GET', `/api/v1/posts/${one}/likes?cursor=${body.nextCursor}`)).status).toBe(400)
    for (const limit of ['0', '-1', '1000000000', 'many', '101']) {
      expect((await at.request('GET', `/api/v1/posts/${one}/likes?limit=${limit}`)).status).toBe(422)
    }
    expect((await at.request('GET', `/api/v1/posts/${one}/likes?colour=blue`)).status).toBe(422)
  })
})
