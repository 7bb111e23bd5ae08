import { createServer, type Socket, connect } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** A line between a browser and the public door that can be as bad as lines are. */
export interface Line {
  /** Where the browser goes in place of the door. */
  url: string
  /** Ends all connections, and lets none through until it is mended. */
  cut(): void
  /** Cuts the connection on which so many bytes have gone up since now, once, and the line with it. */
  cutAfter(bytesUp: number): Promise<void>
  mend(): void
  /** Bytes a second up, for all together; null for as many as go. */
  slowUp(bytesPerSecond: number | null): void
  close(): Promise<void>
}

export async function openLine(door: string): Promise<Line> {
  const { port } = new URL(door)
  const sockets = new Set<Socket>()
  let isCut = false
  let rate: number | null = null
  let budget: { left: number; spent: () => void } | null = null

  function cut(): void {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  function counted(): Transform {
    return new Transform({
      async transform(chunk: Buffer, _encoding, done) {
        if (rate !== null) await sleep((chunk.length / rate) * 1000)
        if (budget) {
          budget.left -= chunk.length
          if (budget.left <= 0) {
            const { spent } = budget
            budget = null
            cut()
            spent()
          }
        }
        done(null, isCut ? undefined : chunk)
      },
    })
  }
  const server = createServer((client) => {
    if (isCut) {
      client.destroy()
      return
    }
    const up = connect(Number(port), '127.0.0.1')
    for (const socket of [client, up]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        up.destroy()
      })
    }
    client.pipe(counted()).pipe(up)
    up.pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The line has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    cutAfter: (left) => new Promise((spent) => (budget = { left, spent })),
    mend() {
      isCut = false
    },
    slowUp(bytesPerSecond) {
      rate = bytesPerSecond
    },
    async close() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
