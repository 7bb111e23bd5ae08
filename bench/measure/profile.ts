import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** What V8's profiler gives (the protocol's Profiler.Profile). */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

// Where Node opens its inspector when it is told to by a signal; one process at a time can.
const inspector = 'http://127.0.0.1:9229/json/list'

/**
 * Profiles a running Node process for a while, and writes what Chromium's developer tools open.
 * @returns null if its inspector could not be had: another process has the port
 */
export async function takeProfile(pid: number, seconds: number, path: string): Promise<CpuProfile | null> {
  process.kill(pid, 'SIGUSR1')
  const socket = await connect()
  if (!socket) return null
  const ask = conversation(socket)
  try {
    const answer = await ask('Runtime.evaluate', { expression: 'process.pid' })
    if ((answer['result'] as { value: number }).value !== pid) return null
    await ask('Profiler.enable')
    await ask('Profiler.setSamplingInterval', { interval: 500 })
    await ask('Profiler.start')
    await sleep(seconds * 1000)
    const { profile } = (await ask('Profiler.stop')) as { profile: CpuProfile }
    writeFileSync(path, JSON.stringify(profile))
    // Without an answer: it takes the connection along.
    void ask('Runtime.evaluate', { expression: `process.getBuiltinModule('node:inspector').close()` })
    await sleep(200)
    return profile
  } finally {
    socket.close()
  }
}

async function connect(): Promise<WebSocket | null> {
  for (let tries = 0; tries < 50; tries++) {
    const answer = await fetch(inspector).catch(() => null)
    if (answer) {
      const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[]
      const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '')
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve)
        socket.addEventListener('error', () => reject(new Error('The inspector does not take connections.')))
      })
      return socket
    }
    await sleep(100)
  }
  return null
}

function conversation(socket: WebSocket) {
  const waiting = new Map<number, (result: Record<string, unknown>) => void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, result = {} } = JSON.parse(String(data)) as { id?: number; result?: Record<string, unknown> }
    if (id !== undefined) waiting.get(id)?.(result)
  })
  let last = 0
  return (method: string, params = {}): Promise<Record<string, unknown>> => {
    const id = ++last
    socket.send(JSON.stringify({ id, method, params }))
    return new Promise((resolve) => waiting.set(id, resolve))
  }
}

export interface Share {
  name: string
  /** Of the time that was not spent waiting. */
  share: number
}

/** Where the time went, by package or folder of ours: what a function itself takes, without what it calls. */
export function summarise({ nodes, samples, timeDeltas }: CpuProfile): Share[] {
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]))
  const times = new Map<string, number>()
  let busy = 0
  for (const [index, sample] of samples.entries()) {
    const owner = owners.get(sample) ?? ''
    if (owner === '(idle)') continue
    const time = Math.max(0, timeDeltas[index] ?? 0)
    busy += time
    times.set(owner, (times.get(owner) ?? 0) + time)
  }
  return [...times].map(([name, time]) => ({ name, share: time / busy })).toSorted((a, b) => b.share - a.share)
}

function ownerOf({ functionName, url }: { functionName: string; url: string }): string {
  if (functionName.startsWith('(')) return functionName
  const [, name] =
    /node_modules\/(?:\.pnpm\/[^/]+\/node_modules\/)?((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url) ?? []
  if (name) return name
  const [, own] = /\/((?:services|packages)\/[^/]+)\//.exec(url) ?? []
  if (own) return own
  return url.startsWith('node:') ? url : `${functionName} (native)`
}
