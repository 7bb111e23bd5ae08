import { afterEach, expect, test, vi } from 'vitest'
import { type LineOptions, type SharedLine, shareLine } from './share-line.ts'

type Listener = (event: MessageEvent) => void

/** Tabs of a browser: locks and channels as the platform has them, in one process. */
function browser() {
  const channels = new Map<string, Set<{ hear: Listener | null }>>()

  class Channel {
    hear: Listener | null = null
    private readonly all: Set<{ hear: Listener | null }>
    constructor(name: string) {
      this.all = channels.get(name) ?? new Set()
      channels.set(name, this.all)
      this.all.add(this)
    }
    addEventListener = (_type: 'message', listener: Listener): void => {
      this.hear = listener
    }
    postMessage = (data: unknown): void => {
      for (const other of this.all) if (other !== this) queueMicrotask(() => other.hear?.({ data } as MessageEvent))
    }
    close = (): void => {
      this.all.delete(this)
    }
  }

  interface Request {
    run: () => Promise<void>
    reject: (reason: unknown) => void
  }
  let held: Request | null = null
  const queue: Request[] = []
  async function release(request: Request): Promise<void> {
    await request.run()
    if (held === request) held = null
    next()
  }
  function next(): void {
    const request = held ? undefined : queue.shift()
    if (!request) return
    held = request
    void release(request)
  }
  const locks = {
    request: (_name: string, options: LockOptions, work: () => Promise<void>) =>
      new Promise<void>((resolve, reject) => {
        const request: Request = { run: () => work().then(resolve), reject }
        options.signal?.addEventListener('abort', () => {
          const at = queue.indexOf(request)
          if (at === -1) return
          queue.splice(at, 1)
          reject(new DOMException('aborted', 'AbortError'))
        })
        if (options.steal) {
          held?.reject(new DOMException('stolen', 'AbortError'))
          held = null
          queue.unshift(request)
        } else queue.push(request)
        next()
      }),
  } as unknown as LockManager

  return { locks, channel: (name: string) => new Channel(name) as unknown as LineOptions<string>['channel'] }
}

/** A line to a server: what is said on it comes out of all that is open. */
function server() {
  const open = new Set<(event: string) => void>()
  return {
    get connections() {
      return open.size
    },
    say: (event: string) => {
      for (const hear of open) hear(event)
    },
    open: async function* (signal: AbortSignal): AsyncGenerator<string> {
      const events: string[] = []
      let wake: (() => void) | undefined
      function hear(event: string): void {
        events.push(event)
        wake?.()
      }
      open.add(hear)
      signal.addEventListener('abort', () => wake?.())
      try {
        while (!signal.aborted) {
          const event = events.shift()
          if (event !== undefined) yield event
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        open.delete(hear)
      }
    },
  }
}

const lines: SharedLine[] = []
afterEach(() => {
  for (const line of lines.splice(0)) line.close()
})

function tab(
  { locks, channel }: ReturnType<typeof browser>,
  line: ReturnType<typeof server>,
  options: Partial<LineOptions<string>> = {},
) {
  const heard: string[] = []
  const shared = shareLine<string>({
    name: 'live',
    open: line.open,
    onEvent: (event) => heard.push(event),
    locks,
    channel: channel('live'),
    patienceMs: 20,
    ...options,
  })
  lines.push(shared)
  return { heard, shared }
}

test('three tabs have one line, and all hear what comes', async () => {
  const here = browser()
  const line = server()
  const tabs = [tab(here, line), tab(here, line), tab(here, line)]
  await vi.waitFor(() => expect(line.connections).toBe(1))
  line.say('liked')
  await vi.waitFor(() => expect(tabs.map(({ heard }) => heard)).toEqual([['liked'], ['liked'], ['liked']]))
  expect(line.connections).toBe(1)
})

test('when the tab with the line goes, the next takes it', async () => {
  const here = browser()
  const line = server()
  const first = tab(here, line)
  const second = tab(here, line)
  await vi.waitFor(() => expect(line.connections).toBe(1))
  first.shared.close()
  await vi.waitFor(() => {
    line.say('followed')
    expect(second.heard).toContain('followed')
  })
  expect(line.connections).toBe(1)
  expect(first.heard).toEqual([])
})

test('a tab that sleeps on the line loses it to one that is looked at', async () => {
  const here = browser()
  const asleep = server()
  const line = server()
  // It holds the lock and hears nobody.
  tab(here, asleep, { channel: { addEventListener: () => {}, postMessage: () => {}, close: () => {} } })
  await vi.waitFor(() => expect(asleep.connections).toBe(1))
  const awake = tab(here, line)
  awake.shared.check()
  await vi.waitFor(() => expect(line.connections).toBe(1))
  await vi.waitFor(() => expect(asleep.connections).toBe(0))
  line.say('liked')
  await vi.waitFor(() => expect(awake.heard).toEqual(['liked']))
})

test('a tab that answers keeps the line', async () => {
  const here = browser()
  const line = server()
  const other = server()
  tab(here, line)
  await vi.waitFor(() => expect(line.connections).toBe(1))
  tab(here, other).shared.check()
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect([line.connections, other.connections]).toEqual([1, 0])
})

test('without locks each tab has a line of its own', async () => {
  const here = browser()
  const line = server()
  tab(here, line, { locks: undefined })
  tab(here, line, { locks: undefined })
  await vi.waitFor(() => expect(line.connections).toBe(2))
})
