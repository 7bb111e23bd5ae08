import { rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { Home } from './home.ts'
import type { ProcessView } from './supervisor.ts'

/** What a runner tells of itself. */
export interface SystemView {
  phase: 'starting' | 'ready' | 'stopping'
  url: string
  startedAt: string
  processes: (ProcessView & { ready: boolean })[]
}

export interface Controls {
  view(): Promise<SystemView>
  /** `stop`, `start`, or the name of a signal. */
  act(process: string, action: string): Promise<void>
}

/**
 * Lets commands and tests of the same user speak to a running system, over a Unix socket in its home:
 * GET / tells its state, POST /<process>/<stop|start|SIGNAL> acts on a process.
 */
export function serveControls(home: Home, controls: Controls): Promise<Server> {
  rmSync(home.socket, { force: true })
  const server = createServer((incoming, answer) => {
    const [process = '', action = ''] = (incoming.url ?? '/').slice(1).split('/').map(decodeURIComponent)
    const work = process === '' ? controls.view() : controls.act(process, action)
    work.then(
      (view) => answer.writeHead(200).end(JSON.stringify(view ?? {})),
      (error: unknown) => answer.writeHead(400).end(JSON.stringify({ error: (error as Error).message })),
    )
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(home.socket, () => resolve(server))
  })
}

/** Asks a running system; null if none answers. */
export async function viewOf(home: Home): Promise<SystemView | null> {
  try {
    return (await call(home, 'GET', '/')) as SystemView
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ECONNRESET') return null
    throw error
  }
}

/** Stops, starts or signals a process of a running system; resolves when it has ended, or was signalled. */
export async function act(home: Home, process: string, action: string): Promise<void> {
  await call(home, 'POST', `/${encodeURIComponent(process)}/${encodeURIComponent(action)}`)
}

function call(home: Home, method: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: home.socket, method, path }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { error?: string }
        if (answer.statusCode === 200) resolve(body)
        else reject(new Error(body.error))
      })
    })
    outgoing.once('error', reject)
    outgoing.end()
  })
}
