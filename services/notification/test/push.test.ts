import { createECDH, randomUUID } from 'node:crypto'
import type { NotificationPreferences, PushState, PushSubscription } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startPushService } from './push-service.ts'
import {
  commentEvent,
  createStage,
  followEvent,
  likeEvent,
  type Person,
  postDeletedEvent,
  postEvent,
  requestEvent,
} from './stage.ts'

let stage: Awaited<ReturnType<typeof createStage>>
let service: Awaited<ReturnType<typeof startPushService>>
const path = '/api/v1/notifications/push'

beforeAll(async () => {
  service = await startPushService()
  stage = await createStage()
})
afterEach(async () => {
  service.answers.length = 0
  await stage.collections.pushJobs.deleteMany({})
  await stage.collections.subscriptions.deleteMany({})
})
afterAll(async () => {
  await stage.close()
  await service.stop()
})

let serial = 0
function people(count: number): [Person, Person, Person, Person, Person, Person] {
  serial++
  return Array.from({ length: Math.max(6, count) }, (_, index) => stage.person(`q${serial}x${index}`)) as never
}

/** What happens in these tests happens now: older news are not pushed. */
function now(): string {
  return stage.now().toISOString()
}

function put(person: Person, subscription: unknown, sessionId?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return stage.request(person, path, { method: 'PUT', headers, body: JSON.stringify(subscription) }, sessionId)
}

async function subscribe(person: Person, sessionId = newId()): Promise<PushSubscription> {
  const browser = service.browser()
  expect((await put(person, browser, sessionId)).status).toBe(204)
  return browser
}

async function stateOf(person: Person, sessionId: string): Promise<PushState> {
  return (await (await stage.request(person, path, {}, sessionId)).json()) as PushState
}

async function send(push = stage.push): Promise<void> {
  await push.send(new AbortController().signal)
}

/** Lets the time pass that a burst is waited for, and sends. */
async function sendAfter(seconds = 6): Promise<void> {
  stage.pass(seconds)
  await send()
}

async function edit(person: Person, kinds: object): Promise<Response> {
  return await stage.request(person, '/api/v1/notifications/preferences', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kinds }),
  })
}

describe('subscribing', () => {
  test('is of the session: on, seen, off', async () => {
    const [person] = people(1)
    const sessionId = newId()
    const before = await stateOf(person, sessionId)
    expect(before).toMatchObject({ subscribed: false, endpoint: null })
    expect(Buffer.from(before.publicKey, 'base64url')).toHaveLength(65)
    const browser = await subscribe(person, sessionId)
    expect(await stateOf(person, sessionId)).toEqual({ ...before, subscribed: true, endpoint: browser.endpoint })
    expect(await stateOf(person, newId())).toMatchObject({ subscribed: false })
    for (let times = 0; times < 2; times++) {
      expect((await stage.request(person, path, { method: 'DELETE' }, sessionId)).status).toBe(204)
    }
    expect(await stateOf(person, sessionId)).toEqual(before)
  })

  test('the key pair is made once for all replicas, and no secret stands in the store', async () => {
    const fresh = await createStage()
    try {
      const person = fresh.person('key.maker')
      const keys = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const { app } = fresh.replica()
          const headers = await fresh.headersFor(person)
          return ((await (await app.request(path, { headers })).json()) as PushState).publicKey
        }),
      )
      expect(new Set(keys).size).toBe(1)
      const stored = await fresh.collections.vapidKeys.findOne({})
      expect(stored?.publicKey).toBe(keys[0])
      expect(Buffer.from(stored?.privateSealed ?? '', 'base64url')).toHaveLength(12 + 16 + 43)
    } finally {
      await fresh.close()
    }
  })

  test('a browser has one subscription: who signs in there later takes it over', async () => {
    const [first, second, fan] = people(3)
    const [mine, theirs] = [newId(), newId()]
    const browser = await subscribe(first, mine)
    expect((await put(second, browser, theirs)).status).toBe(204)
    expect(await stateOf(first, mine)).toMatchObject({ subscribed: false })
    await stage.deliver('interaction', likeEvent(randomUUID(), first, fan, 1, now()))
    await sendAfter()
    expect(service.of(browser)).toEqual([])
  })

  test('of more browsers than anybody has, the least lately seen goes', async () => {
    const [person] = people(1)
    const sessions = Array.from({ length: 21 }, () => newId())
    for (const sessionId of sessions) {
      await subscribe(person, sessionId)
      stage.pass(1)
    }
    expect(await stateOf(person, sessions[0]!)).toMatchObject({ subscribed: false })
    expect(await stateOf(person, sessions[20]!)).toMatchObject({ subscribed: true })
    expect(await stage.collections.subscriptions.countDocuments({ personId: person.id })).toBe(20)
  })

  test.each([
    ['no address', { endpoint: 'x' }, '#/endpoint'],
    ['a private address', { endpoint: 'https://10.0.0.1/x' }, '#/endpoint'],
    ['the address of a metadata service', { endpoint: 'http://169.254.169.254/latest' }, '#/endpoint'],
    ['a name of the cluster', { endpoint: 'https://daguerre-auth.svc.cluster.local/x' }, '#/endpoint'],
    ['plain http', { endpoint: 'http://push.example.net/x' }, '#/endpoint'],
    ['an address that is too long', { endpoint: `https://push.example.net/${'x'.repeat(1000)}` }, '#/endpoint'],
    ['a key that is short', { keys: { p256dh: 'BAAA', auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }, '#/keys/p256dh'],
    ['no point of the curve', { keys: { p256dh: 'B'.repeat(87), auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }, '#/keys/p256dh'],
    ['no secret', { keys: { p256dh: 'B'.repeat(87) } }, '#/keys/auth'],
    ['something else', { more: 1 }, '#/more'],
  ])('with %s is refused', async (_, wrong, pointer) => {
    const [person] = people(1)
    const response = await put(person, { ...service.browser(), ...wrong })
    expect(response.status).toBe(422)
    const { errors } = (await response.json()) as { errors: { pointer: string }[] }
    expect(errors.map((error) => error.pointer)).toContain(pointer)
  })

  test('nobody signed in: 401', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect((await stage.app.request(path, { method })).status).toBe(401)
    }
    for (const method of ['GET', 'PATCH']) {
      expect((await stage.app.request('/api/v1/notifications/preferences', { method })).status).toBe(401)
    }
  })
})

describe('pushes', () => {
  test('tell a browser what has happened, encrypted for it and signed', async () => {
    const [author, fan] = people(2)
    const browser = await subscribe(author)
    const postId = randomUUID()
    await stage.deliver('post', postEvent(postId, author))
    await stage.deliver('interaction', commentEvent(postId, author, fan, { at: now() }))
    await sendAfter()
    const [group] = await stage.list(author)
    expect(service.of(browser)).toEqual([
      {
        kind: 'commented',
        actors: [fan.username.toUpperCase()],
        actorCount: 1,
        text: 'What light!',
        image: `/media/${postId}/thumbnail.webp`,
        icon: null,
        url: `/p/${postId}`,
        tag: group?.id,
        unread: 1,
        at: group?.updatedAt,
      },
    ])
    const { headers, claims } = service.received.at(-1)!
    expect(headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      urgency: 'normal',
      topic: group?.id.replaceAll('-', ''),
    })
    expect(Number(headers['ttl'])).toBeGreaterThan(86_000)
    expect(claims).toMatchObject({ aud: service.url, sub: expect.stringMatching(/^(?:mailto|https):/) })
    expect(claims.exp - stage.now().getTime() / 1000).toBeLessThan(86_400)
    expect(await stage.collections.pushJobs.countDocuments({})).toBe(0)
  })

  test('a burst is one message, also when it comes twice; what comes later keeps its distance', async () => {
    const [author, ...fans] = people(6)
    const browser = await subscribe(author)
    const postId = randomUUID()
    const events = fans.map((fan) => likeEvent(postId, author, fan, 1, now()))
    await send()
    expect(service.of(browser)).toEqual([])
    await Promise.all([...events, ...events].map((event) => stage.deliver('interaction', event)))
    await sendAfter()
    expect(service.of(browser)).toMatchObject([{ kind: 'liked', actorCount: 5 }])
    for (const event of events) await stage.deliver('interaction', event)
    await sendAfter(3600)
    expect(service.of(browser)).toHaveLength(1)

    const [late, later] = [stage.person('late.fan'), stage.person('later.fan')]
    await stage.deliver('interaction', likeEvent(postId, author, late, 1, now()))
    await sendAfter()
    expect(service.of(browser)).toHaveLength(2)
    await stage.deliver('interaction', likeEvent(postId, author, later, 1, now()))
    await sendAfter(30)
    expect(service.of(browser)).toHaveLength(2)
    await sendAfter(40)
    expect(service.of(browser)).toMatchObject([{}, { actorCount: 6 }, { actorCount: 7 }])
  })

  test('news that were read, or taken back, before they were sent are none', async () => {
    const [author, fan] = people(2)
    const browser = await subscribe(author)
    const [read, deleted] = [randomUUID(), randomUUID()]
    await stage.deliver('interaction', likeEvent(read, author, fan, 1, now()))
    await stage.post(author, '/api/v1/notifications/read', { upTo: null })
    await stage.deliver('interaction', likeEvent(deleted, author, fan, 1, now()))
    await stage.deliver('post', postDeletedEvent(deleted, author))
    await sendAfter()
    expect(service.of(browser)).toEqual([])
    expect(await stage.collections.pushJobs.countDocuments({})).toBe(0)
  })

  test('old news are not pushed, so a replay is silent', async () => {
    const [author, fan] = people(2)
    const browser = await subscribe(author)
    const dayAgo = new Date(stage.now().getTime() - 25 * 3_600_000).toISOString()
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, dayAgo))
    await sendAfter()
    expect(service.of(browser)).toEqual([])
    expect(await stage.unread(author)).toBe(1)
  })

  test('each kind leads to where it is about; nothing is told of what one did oneself', async () => {
    const [me, fan] = people(2)
    const browser = await subscribe(me)
    await stage.deliver('user', followEvent(fan, me, 1, now()))
    await stage.deliver('interaction', likeEvent(randomUUID(), me, me, 1, now()))
    await sendAfter()
    expect(service.of(browser)).toMatchObject([{ kind: 'followed', url: `/@${fan.username}`, text: null, image: null }])
  })

  test('of a request lead to where it is answered, and those of one that is over are not sent', async () => {
    const [me, fan, other] = people(3)
    const browser = await subscribe(me)
    await stage.deliver('user', requestEvent(fan, me, { at: now() }))
    await sendAfter()
    expect(service.of(browser)).toMatchObject([{ kind: 'requested', url: '/settings/requests', actorCount: 1 }])
    stage.pass(60)
    await stage.deliver('user', requestEvent(other, me, { at: now() }))
    await stage.deliver('user', requestEvent(other, me, { version: 2, at: now() }))
    await stage.deliver('user', requestEvent(fan, me, { version: 2, at: now() }))
    await sendAfter(120)
    expect(service.of(browser)).toHaveLength(1)
  })

  test('a long comment is cut between characters, and the message stays small', async () => {
    const [author, fan] = people(2)
    const browser = await subscribe(author)
    const comment = commentEvent(randomUUID(), author, fan, { at: now() })
    const text = '👩‍👩‍👧‍👦'.repeat(139)
    await stage.deliver('interaction', { ...comment, data: { ...comment.data, text } })
    await sendAfter()
    const [message] = service.of(browser)
    expect(message?.text).toBe(`${'👩‍👩‍👧‍👦'.repeat(24)}…`)
  })

  test('go to every browser of the person and to nobody else', async () => {
    const [author, fan, other] = people(3)
    const [one, another, stranger] = [await subscribe(author), await subscribe(author), await subscribe(other)]
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
    await sendAfter()
    expect([one, another, stranger].map((browser) => service.of(browser).length)).toEqual([1, 1, 0])
  })

  test('user down: sent without names', async () => {
    const [author, fan] = people(2)
    const browser = await subscribe(author)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
    stage.dapr.down.add('user')
    await sendAfter()
    stage.dapr.down.delete('user')
    expect(service.of(browser)).toMatchObject([{ actors: [], actorCount: 1 }])
  })
})

describe('push services that do not take it', () => {
  async function oneLike() {
    const [author, fan] = people(2)
    const sessionId = newId()
    const browser = await subscribe(author, sessionId)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
    return { author, sessionId, browser }
  }

  test.each([404, 410])('%i: the subscription is gone', async (status) => {
    const { author, sessionId } = await oneLike()
    service.answers.push({ status })
    await sendAfter()
    expect(await stateOf(author, sessionId)).toMatchObject({ subscribed: false })
    expect(await stage.collections.pushJobs.countDocuments({})).toBe(0)
  })

  test.each([429, 500, 503])('%i: again after a while, longer each time', async (status) => {
    const { browser } = await oneLike()
    service.answers.push({ status }, { status })
    await sendAfter()
    await sendAfter(10)
    expect(service.of(browser)).toHaveLength(1)
    await sendAfter(10)
    expect(service.of(browser)).toHaveLength(2)
    await sendAfter(20)
    expect(service.of(browser)).toHaveLength(2)
    await sendAfter(20)
    expect(service.of(browser)).toHaveLength(3)
    expect(await stage.collections.pushJobs.countDocuments({})).toBe(0)
  })

  test('Retry-After is heeded', async () => {
    const { browser } = await oneLike()
    service.answers.push({ status: 429, headers: { 'retry-after': '600' } })
    await sendAfter()
    await sendAfter(500)
    expect(service.of(browser)).toHaveLength(1)
    await sendAfter(300)
    expect(service.of(browser)).toHaveLength(2)
  })

  test('400: it is left at that, and the browser keeps its subscription', async () => {
    const { author, sessionId, browser } = await oneLike()
    service.answers.push({ status: 400 })
    await sendAfter()
    await sendAfter(3600)
    expect(service.of(browser)).toHaveLength(1)
    expect(await stateOf(author, sessionId)).toMatchObject({ subscribed: true })
  })

  test('a redirect is not followed', async () => {
    const { browser } = await oneLike()
    const before = service.received.length
    service.answers.push({ status: 307, headers: { location: browser.endpoint } })
    await sendAfter()
    expect(service.received).toHaveLength(before + 1)
  })

  test('one that cannot be reached is tried again, and forgotten after a week of that', async () => {
    const { author, sessionId } = await oneLike()
    await stage.collections.subscriptions.updateOne({ _id: sessionId }, { $set: { endpoint: 'http://127.0.0.1:1/x' } })
    await sendAfter()
    expect(await stage.collections.pushJobs.countDocuments({})).toBe(1)
    stage.pass(8 * 24 * 3600)
    await stage.push.prune(new AbortController().signal)
    expect(await stateOf(author, sessionId)).toMatchObject({ subscribed: false })
  })

  test('a name that leads to this machine is refused when it is connected to', async () => {
    const strict = await createStage({ push: { PUSH_LOOPBACK: false } })
    try {
      const error = await strict.sender.send('https://localhost.localdomain/x', {}, Buffer.from('x')).catch(String)
      expect(error).toMatch(/not on the public internet|ENOTFOUND|EAI_AGAIN/)
      const refused = await strict.sender.send(service.browser().endpoint, {}, Buffer.from('x')).catch(String)
      expect(refused).toContain('not on the public internet')
    } finally {
      await strict.close()
    }
  })
})

describe('the queue', () => {
  test('two replicas send each message once', async () => {
    const author = stage.person('author.of.two')
    const browser = await subscribe(author)
    const fans = people(6)
    for (const fan of fans) await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
    stage.pass(6)
    await Promise.all([send(), send(stage.replica().push), send(stage.replica().push)])
    expect(service.of(browser)).toHaveLength(6)
  })

  test('what a process that died had taken is sent by another', async () => {
    const [author, fan] = people(2)
    const browser = await subscribe(author)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
    stage.pass(6)
    // As a process takes it that ends before it has sent it.
    const taken = await stage.collections.pushJobs.findOneAndUpdate(
      { dueAt: { $lte: stage.now() } },
      { $set: { dueAt: new Date(stage.now().getTime() + 30_000) }, $inc: { attempts: 1 } },
    )
    expect(taken).not.toBeNull()
    await send()
    expect(service.of(browser)).toEqual([])
    await sendAfter(31)
    expect(service.of(browser)).toHaveLength(1)
  })

  test('a crash between the group and the queue is made good by the next delivery', async () => {
    const [author, fan] = people(2)
    const browser = await subscribe(author)
    const event = likeEvent(randomUUID(), author, fan, 1, now())
    const bulkWrite = vi.spyOn(stage.collections.pushJobs, 'bulkWrite').mockRejectedValueOnce(new Error('killed'))
    expect(await stage.deliver('interaction', event)).toBe('RETRY')
    bulkWrite.mockRestore()
    await stage.deliver('interaction', event)
    await sendAfter()
    expect(service.of(browser)).toHaveLength(1)
  })

  test('news that come while a message is on its way are sent after it', async () => {
    const [author, a, b] = people(3)
    const browser = await subscribe(author)
    const postId = randomUUID()
    await stage.deliver('interaction', likeEvent(postId, author, a, 1, now()))
    stage.pass(6)
    service.answers.push({ status: 201, delayMs: 300 })
    const sending = send()
    await vi.waitFor(() => expect(service.of(browser)).toHaveLength(1))
    await stage.deliver('interaction', likeEvent(postId, author, b, 1, now()))
    await sending
    await sendAfter(70)
    expect(service.of(browser)).toMatchObject([{ actorCount: 1 }, { actorCount: 2 }])
    expect(await stage.collections.pushJobs.countDocuments({})).toBe(0)
  })

  test('a slow push service holds up no event', async () => {
    const [author, fan, other] = people(3)
    await subscribe(author)
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
    stage.pass(6)
    service.answers.push({ status: 201, delayMs: 1500 })
    const sending = send()
    const startedAt = performance.now()
    expect(await stage.deliver('interaction', likeEvent(randomUUID(), author, other, 1, now()))).toBe('SUCCESS')
    expect(performance.now() - startedAt).toBeLessThan(1400)
    await sending
  })
})

describe('sessions', () => {
  test.each(['a push', 'the round of every few minutes'])('one that has ended gets none: %s sees it', async (which) => {
    const [author, fan] = people(2)
    const sessionId = newId()
    const browser = await subscribe(author, sessionId)
    await stage.redis.set(`session:ended:${sessionId}`, '1', 'EX', 60)
    if (which === 'a push') {
      await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
      await sendAfter()
    } else {
      await stage.push.prune(new AbortController().signal)
    }
    expect(service.of(browser)).toEqual([])
    expect(await stage.collections.subscriptions.countDocuments({ _id: sessionId })).toBe(0)
  })

  test('a browser that is not seen for a month is forgotten, one that is seen stays', async () => {
    const [away, here] = people(2)
    const [awayId, hereId] = [newId(), newId()]
    await subscribe(away, awayId)
    await subscribe(here, hereId)
    stage.pass(20 * 86_400)
    await subscribe(here, hereId)
    stage.pass(11 * 86_400)
    await stage.push.prune(new AbortController().signal)
    expect(await stage.collections.subscriptions.find({}).toArray()).toMatchObject([{ _id: hereId }])
  })

  test('with another key pair a browser must subscribe anew', async () => {
    const [author, fan] = people(2)
    const sessionId = newId()
    await subscribe(author, sessionId)
    const keys = createECDH('prime256v1')
    const VAPID_PUBLIC_KEY = keys.generateKeys().toString('base64url')
    const VAPID_PRIVATE_KEY = keys.getPrivateKey().toString('base64url').padStart(43, 'A')
    const other = await createStage({ push: { VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY } })
    try {
      const state = (await (await other.request(author, path)).json()) as PushState
      expect(state.publicKey).toBe(VAPID_PUBLIC_KEY)
      await stage.collections.subscriptions.updateOne({ _id: sessionId }, { $set: { vapidKey: VAPID_PUBLIC_KEY } })
      expect(await stateOf(author, sessionId)).toMatchObject({ subscribed: false })
      await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
      await sendAfter()
      expect(await stage.collections.subscriptions.countDocuments({ _id: sessionId })).toBe(0)
    } finally {
      await other.close()
    }
  })
})

describe('preferences', () => {
  async function read(person: Person): Promise<NotificationPreferences> {
    return (await (await stage.request(person, '/api/v1/notifications/preferences')).json()) as NotificationPreferences
  }

  test('all is on at first, but for pushes of posts; an edit changes what it names', async () => {
    const [person] = people(1)
    const { kinds } = await read(person)
    expect(Object.keys(kinds).toSorted()).toEqual([
      ...['accepted', 'commented', 'followed', 'liked', 'mentioned', 'moderated', 'posted', 'replied', 'requested'],
    ])
    expect(kinds.posted).toEqual({ inApp: true, push: false })
    expect(kinds.liked).toEqual({ inApp: true, push: true })
    const edited = await edit(person, { liked: { push: false }, followed: { inApp: false } })
    const wanted = {
      kinds: { ...kinds, liked: { inApp: true, push: false }, followed: { inApp: false, push: true } },
    }
    expect([edited.status, await edited.json()]).toEqual([200, wanted])
    await Promise.all([edit(person, { posted: { push: true } }), edit(person, { replied: { inApp: false } })])
    expect((await read(person)).kinds).toMatchObject({ posted: { push: true }, replied: { inApp: false } })
    expect((await read(people(1)[0])).kinds).toEqual(kinds)
  })

  test.each([
    [{}, 422],
    [{ liked: {} }, 422],
    [{ liked: { push: 'yes' } }, 422],
    [{ loved: { push: true } }, 422],
    [{ liked: { email: true } }, 422],
  ])('%j is refused', async (kinds, status) => {
    expect((await edit(people(1)[0], kinds)).status).toBe(status)
  })

  test('a kind that is switched off is in no list, no count, no stream and no push, and comes back', async () => {
    const [author, fan] = people(2)
    const browser = await subscribe(author)
    await edit(author, { liked: { inApp: false } })
    const stream = await stage.request(author, '/api/v1/notifications/stream')
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
    await reader.read()
    await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
    await stage.deliver('user', followEvent(fan, author, 1, now()))
    const { value = '' } = await reader.read()
    await reader.cancel()
    expect(value).toContain('"kind":"followed"')
    expect(value).not.toContain('"kind":"liked"')
    expect(value).toContain('"unread":1')
    expect((await stage.list(author)).map(({ kind }) => kind)).toEqual(['followed'])
    expect(await stage.unread(author)).toBe(1)
    await sendAfter()
    expect(service.of(browser)).toMatchObject([{ kind: 'followed', unread: 1 }])
    await edit(author, { liked: { inApp: true } })
    expect(await stage.unread(author)).toBe(2)
  })

  test('a kind that is not pushed is there all the same; of posts only who asks for it is told', async () => {
    const [author, follower, keen] = people(3)
    stage.followers.set(author.id, [follower.id, keen.id])
    const [calm, eager] = [await subscribe(follower), await subscribe(keen)]
    await edit(keen, { posted: { push: true } })
    const event = postEvent(randomUUID(), author)
    await stage.deliver('post', { ...event, data: { ...event.data, createdAt: now() } })
    await stage.deliver('post', { ...event, data: { ...event.data, createdAt: now() } })
    await sendAfter()
    expect([await stage.unread(follower), await stage.unread(keen)]).toEqual([1, 1])
    expect(service.of(calm)).toEqual([])
    expect(service.of(eager)).toMatchObject([{ kind: 'posted', text: 'The bridge at noon' }])
  })
})

describe('lists by kind', () => {
  test('one or some, with pages of their own', async () => {
    const [author, fan] = people(2)
    for (let times = 0; times < 3; times++) {
      await stage.deliver('interaction', likeEvent(randomUUID(), author, fan, 1, now()))
      await stage.deliver('interaction', commentEvent(randomUUID(), author, fan, { at: now() }))
    }
    await stage.deliver('user', followEvent(fan, author, 1, now()))
    const first = await stage.request(author, '/api/v1/notifications?kind=liked,followed&limit=2')
    const page = (await first.json()) as { items: { kind: string }[]; nextCursor: string }
    const rest = await stage.request(author, `/api/v1/notifications?kind=liked,followed&cursor=${page.nextCursor}`)
    const more = (await rest.json()) as { items: { kind: string }[]; nextCursor: null }
    expect([...page.items, ...more.items].map(({ kind }) => kind).toSorted()).toEqual([
      'followed',
      'liked',
      'liked',
      'liked',
    ])
    // A cursor is of its list.
    expect((await stage.request(author, `/api/v1/notifications?kind=liked&cursor=${page.nextCursor}`)).status).toBe(400)
    await edit(author, { liked: { inApp: false } })
    const hidden = await stage.request(author, '/api/v1/notifications?kind=liked,followed')
    expect(((await hidden.json()) as { items: unknown[] }).items).toMatchObject([{ kind: 'followed' }])
  })

  test.each(['loved', 'liked,', '', 'liked,liked,loved'])('kind=%s is refused', async (kind) => {
    expect((await stage.request(people(1)[0], `/api/v1/notifications?kind=${kind}`)).status).toBe(422)
  })
})
