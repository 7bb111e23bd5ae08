/** A message between the tabs of a browser that share one line to the server. */
type Word<Event> = { is: 'event'; event: Event } | { is: 'anyone?' } | { is: 'here' }

/** What of `BroadcastChannel` is needed. */
interface Channel<Message> {
  postMessage: (message: Message) => void
  addEventListener: (type: 'message', listener: (event: MessageEvent<Message>) => void) => void
  close: () => void
}

export interface LineOptions<Event> {
  /** Tabs that say the same share a line. */
  name: string
  /** Connects; events until `signal` ends it. */
  open: (signal: AbortSignal) => AsyncIterable<Event>
  /** Called in every tab with every event. */
  onEvent: (event: Event) => void
  /** Absent where a page is not served securely: each tab then has a line of its own. */
  locks?: LockManager | undefined
  channel?: Channel<Word<Event>> | undefined
  /** How long the tab with the line may be silent before another takes it. */
  patienceMs?: number
}

export interface SharedLine {
  /** Asks whether somebody still holds the line, and takes it if not: a tab may have been put to sleep with it. */
  check: () => void
  close: () => void
}

/**
 * One connection for all tabs of a browser: who holds a lock has it, and passes on what comes. When that tab goes, the lock
 * goes to the next.
 */
export function shareLine<Event>(options: LineOptions<Event>): SharedLine {
  const { name, open, onEvent, locks, channel, patienceMs = 3_000 } = options
  const closed = new AbortController()
  let holding: AbortController | null = null
  let waiting: AbortController | null = null
  let doubt: ReturnType<typeof setTimeout> | undefined

  async function hold(): Promise<void> {
    const line = new AbortController()
    holding = line
    const signal = AbortSignal.any([line.signal, closed.signal])
    try {
      for await (const event of open(signal)) {
        if (signal.aborted) return
        channel?.postMessage({ is: 'event', event })
        onEvent(event)
      }
    } catch {
      // The session is over: who shares the line is told when there is another.
    } finally {
      if (holding === line) holding = null
    }
  }

  function wait(steal = false): void {
    if (!locks || closed.signal.aborted) return
    waiting?.abort()
    const request = new AbortController()
    waiting = request
    // What steals cannot be taken back, so it has no signal.
    const how: LockOptions = steal ? { steal: true } : { signal: request.signal }
    locks.request(name, how, hold).catch(() => {
      // Another tab took the line, or this one stopped waiting for it.
      if (closed.signal.aborted || (!steal && request.signal.aborted)) return
      holding?.abort()
      wait()
    })
  }

  channel?.addEventListener('message', ({ data }) => {
    if (data.is === 'anyone?') {
      if (holding) channel.postMessage({ is: 'here' })
      return
    }
    clearTimeout(doubt)
    if (data.is === 'event') onEvent(data.event)
  })
  if (locks && channel) wait()
  else void hold()

  return {
    check() {
      if (!locks || !channel || holding || closed.signal.aborted) return
      channel.postMessage({ is: 'anyone?' })
      clearTimeout(doubt)
      doubt = setTimeout(() => wait(true), patienceMs)
    },
    close() {
      clearTimeout(doubt)
      closed.abort()
      waiting?.abort()
      channel?.close()
    },
  }
}
