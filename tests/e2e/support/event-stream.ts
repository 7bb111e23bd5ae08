import { expect } from 'vitest'
import { system } from '../../setup/system.ts'
import type { Caller } from './api.ts'
import { soon } from './soon.ts'

export interface StreamEvent<Data = unknown> {
  id: string
  event: string
  data: Data
}

export interface EventStream {
  /** Everything that has come so far. */
  events: StreamEvent[]
  /** The first event that has come, or comes, of which this is true. */
  next<Data>(event: string, matches: (data: Data) => boolean): Promise<StreamEvent<Data>>
  close(): void
}

/** Opens the stream of somebody's notifications, as a browser's EventSource does. */
export async function openStream(caller: Caller, lastEventId?: string): Promise<EventStream> {
  const abort = new AbortController()
  const response = await fetch(`${system.url}/api/v1/notifications/stream`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${caller.accessToken}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: abort.signal,
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  const events: StreamEvent[] = []
  const reading = collect(response.body!, events).catch((error: unknown) => {
    if (!abort.signal.aborted) throw error
  })
  return {
    events,
    async next<Data>(event: string, matches: (data: Data) => boolean) {
      const found = await soon(`the stream brings ${event}`, async () =>
        events.find((one) => one.event === event && matches(one.data as Data)),
      )
      return found as StreamEvent<Data>
    },
    close() {
      abort.abort()
      void reading
    },
  }
}

async function collect(body: ReadableStream<Uint8Array>, events: StreamEvent[]): Promise<void> {
  let text = ''
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + part).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => line.split(/: ?(.*)/s))
      const data = valuesOf(fields, 'data').join('\n')
      const [id = ''] = valuesOf(fields, 'id')
      const [event = 'message'] = valuesOf(fields, 'event')
      if (data !== '') events.push({ id, event, data: JSON.parse(data) })
    }
  }
}

function valuesOf(fields: string[][], name: string): (string | undefined)[] {
  return fields.filter(([key]) => key === name).map(([, value]) => value)
}
