import { expect, test } from 'vitest'
import { parseEvents } from './events.ts'
import { createClient, memoryStore } from './index.ts'

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytes.encode(chunk))
      controller.close()
    },
  })
}

test('events are read across chunks, with all line ends, comments and several lines of data', async () => {
  const events = await Array.fromAsync(
    parseEvents(
      streamOf(': hello\n\nretry: 20\nid: 1\nev', 'ent: a\r', '\ndata: one\ndata:two\r\n\r\ndata: x\n\nid: 9'),
    ),
  )
  expect(events).toEqual([
    { event: 'a', data: 'one\ntwo', id: '1', retryMs: 20 },
    { event: 'message', data: 'x', id: null, retryMs: null },
  ])
})

test('letters that are cut in two arrive whole', async () => {
  const bytes = new TextEncoder().encode('data: é\n\n')
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.slice(0, 7))
      controller.enqueue(bytes.slice(7))
      controller.close()
    },
  })
  expect((await Array.fromAsync(parseEvents(stream)))[0]?.data).toBe('é')
})

test('a stream that ends is taken up after its last event', async () => {
  const seen: (string | null)[] = []
  const states: string[] = []
  const client = createClient({
    baseUrl: 'http://daguerre.test',
    store: memoryStore(),
    fetch: async (input) => {
      seen.push((input as Request).headers.get('last-event-id'))
      const n = seen.length
      if (n === 2) throw new TypeError('no line')
      return new Response(streamOf(`retry: 1\nid: ${n}\nevent: hello\ndata: {"unread":${n}}\n\n`))
    },
  })
  const abort = new AbortController()
  const unread: number[] = []
  for await (const event of client.live({ signal: abort.signal, onState: (state) => states.push(state) })) {
    if (event.type === 'hello') unread.push(event.data.unread)
    if (unread.length === 2) abort.abort()
  }
  expect(seen).toEqual([null, '1', '1'])
  expect(unread).toEqual([1, 3])
  expect(states.slice(0, 3)).toEqual(['connected', 'waiting', 'waiting'])
})

test('a session that is over ends the stream with an error', async () => {
  const client = createClient({
    baseUrl: 'http://daguerre.test',
    fetch: async () => Response.json({ status: 401, code: 'auth.required' }, { status: 401 }),
  })
  await expect(Array.fromAsync(client.live())).rejects.toMatchObject({ status: 401 })
})
