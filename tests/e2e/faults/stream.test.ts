import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { healed, waitUntilPublished } from './support/inside.ts'
import { follow, newPerson, type Person, post, settles } from './support/world.ts'

interface StreamEvent {
  id: string
  event: string
  data: string
}

/** A client as browsers are: it comes back by itself, with the id of the last event it has seen. */
function startClient(person: Person) {
  const abort = new AbortController()
  const seen: StreamEvent[] = []
  let lastEventId = ''
  let connections = 0

  async function readOnce(): Promise<void> {
    const response = await fetch(`${system.url}/api/v1/notifications/stream`, {
      headers: {
        authorization: `Bearer ${person.token}`,
        accept: 'text/event-stream',
        ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }),
      },
      signal: abort.signal,
    })
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
    connections++
    let text = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
        if (fields['id']) lastEventId = fields['id']
        if (fields['event']) seen.push({ id: fields['id'], event: fields['event'], data: fields['data'] })
      }
    }
  }

  const running = (async () => {
    while (!abort.signal.aborted) {
      await readOnce().catch(() => {})
      if (!abort.signal.aborted) await sleep(100)
    }
  })()
  return {
    connections: () => connections,
    /** Posts that were announced, in the order of their first announcement. */
    posts(): string[] {
      const told = seen.filter(({ event }) => event === 'notification')
      return [
        ...new Set(
          told.map(({ data }) => (JSON.parse(data) as { notification: { post: { id: string } } }).notification.post.id),
        ),
      ]
    },
    async close(): Promise<void> {
      abort.abort()
      await running
    },
  }
}

let ann: Person
let bob: Person
let client: ReturnType<typeof startClient>
const posted: string[] = []

beforeAll(async () => {
  ann = await newPerson('ann')
  bob = await newPerson('bob', { photo: false })
  await follow(bob, ann)
  client = startClient(bob)
  await settles(async () => expect(client.connections()).toBe(1))
})

afterAll(async () => client.close())
afterEach(healed)

async function announce(): Promise<void> {
  posted.push((await post(ann, `news ${posted.length}`)).id)
}

async function expectAllSeen(): Promise<void> {
  await settles(async () => expect(client.posts().toSorted()).toEqual(posted.toSorted()))
}

test('a stream through the gateway tells of what happens within seconds', async () => {
  await announce()
  await settles(async () => expect(client.posts()).toEqual(posted), { timeoutMs: 5000 })
})

test('a killed notification service leaves no gap in a stream that comes back with Last-Event-ID', async () => {
  const before = client.connections()
  await system.kill('notification')
  for (let i = 0; i < 3; i++) await announce()
  await expectAllSeen()
  expect(client.connections()).toBeGreaterThan(before)
})

test('a restarted one neither, also for what was told while nobody listened', async () => {
  const before = client.connections()
  await announce()
  await system.stop('notification')
  for (let i = 0; i < 2; i++) await announce()
  await waitUntilPublished('post')
  await system.start('notification')
  await announce()
  await expectAllSeen()
  expect(client.connections()).toBeGreaterThan(before)
})

test('a gateway that is killed neither', async () => {
  const before = client.connections()
  await system.kill('gateway')
  await system.waitReady(['gateway'])
  await announce()
  await expectAllSeen()
  expect(client.connections()).toBeGreaterThan(before)
})
