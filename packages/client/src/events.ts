import { ConnectionError, errorOf } from './errors.ts'
import { pause } from './retry.ts'
import type { components } from './schema.ts'
import type { SessionKeeper } from './session.ts'

type Notification = components['schemas']['Notification']

export type LiveEvent =
  | { type: 'hello'; id: string; data: { unread: number } }
  | { type: 'notification'; id: string; data: { notification: Notification; unread: number } }
  | { type: 'removed'; id: string; data: { id: string; unread: number } }

export interface LiveOptions {
  signal?: AbortSignal
  /** Where to go on: the id of the last event that was seen. */
  lastEventId?: string
  onState?: (state: 'connected' | 'waiting') => void
}

export interface ServerSentEvent {
  event: string
  data: string
  id: string | null
  retryMs: number | null
}

// The server says something every 15 seconds: a line that is silent for longer is dead, whatever the system thinks.
const silenceMs = 40_000
const longestPauseMs = 30_000

/**
 * Events as they come. A connection that ends or breaks is made again after the last event, with growing pauses.
 * Ends when `signal` does. @throws ApiError 401 when the session is over
 */
export async function* liveEvents(
  {
    baseUrl,
    fetch,
    session,
  }: { baseUrl: string; fetch: (request: Request) => Promise<Response>; session: SessionKeeper },
  { signal, lastEventId, onState }: LiveOptions,
): AsyncGenerator<LiveEvent, void> {
  let last = lastEventId ?? null
  let baseMs = 2_000
  let failures = 0
  let refused: string | null = null
  for (;;) {
    if (signal?.aborted) return
    const connection = new AbortController()
    function stop(): void {
      connection.abort(signal?.reason)
    }
    signal?.addEventListener('abort', stop)
    let watch: ReturnType<typeof setTimeout> | undefined
    function heard(): void {
      clearTimeout(watch)
      watch = setTimeout(() => connection.abort(), silenceMs)
    }
    try {
      const token: string | null = refused === null ? await session.accessToken() : await session.renew(refused)
      heard()
      const response = await fetch(
        new Request(`${baseUrl}/api/v1/notifications/stream`, {
          headers: {
            accept: 'text/event-stream',
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...(last === null ? {} : { 'last-event-id': last }),
          },
          signal: connection.signal,
          cache: 'no-store',
        }),
      )
      if (response.status === 401) {
        if (token === null || refused !== null) throw await errorOf(response)
        refused = token
        continue
      }
      if (!response.ok || !response.body) throw new ConnectionError(await errorOf(response))
      refused = null
      failures = 0
      onState?.('connected')
      for await (const event of parseEvents(response.body, heard)) {
        if (event.retryMs !== null) baseMs = event.retryMs
        if (event.id !== null) last = event.id
        if (event.data === '') continue
        yield { type: event.event, id: last ?? '', data: JSON.parse(event.data) } as LiveEvent
      }
    } catch (error) {
      if (signal?.aborted) return
      const isLine = error instanceof ConnectionError || error instanceof TypeError || connection.signal.aborted
      if (!isLine) throw error
      failures++
    } finally {
      clearTimeout(watch)
      signal?.removeEventListener('abort', stop)
      connection.abort()
    }
    onState?.('waiting')
    const spread = 0.5 + Math.random()
    await pause(Math.min(longestPauseMs, baseMs * 2 ** Math.min(failures, 6)) * spread, signal).catch(() => {})
  }
}

/** Events of a text/event-stream (HTML, §9.2.6). `heard` is called at every sign of life. */
export async function* parseEvents(
  body: ReadableStream<Uint8Array>,
  heard: () => void = () => {},
): AsyncGenerator<ServerSentEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let event = { event: 'message', data: [] as string[], id: null as string | null, retryMs: null as number | null }
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      heard()
      rest += decoder.decode(value, { stream: true })
      // A lone CR at the end may be the first half of CRLF.
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '') {
          if (event.data.length > 0 || event.id !== null || event.retryMs !== null) {
            yield { ...event, data: event.data.join('\n') }
          }
          event = { event: 'message', data: [], id: null, retryMs: null }
          continue
        }
        const colon = line.indexOf(':')
        const field = colon === -1 ? line : line.slice(0, colon)
        const text = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
        if (field === 'data') event.data.push(text)
        else if (field === 'event') event.event = text
        else if (field === 'id' && !text.includes('\0')) event.id = text
        else if (field === 'retry' && /^\d+$/.test(text)) event.retryMs = Number(text)
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
