import { createServer } from 'node:net'

const taken = new Set<number>()

/** Whether a listener could be opened there now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/**
 * The wanted port if it is free, else the next free one below the range that systems give to outgoing
 * connections. No port is given twice by one process.
 */
export async function choosePort(wanted: number): Promise<number> {
  let port = wanted
  for (let attempt = 0; attempt < 2000; attempt++) {
    if (port > 1023 && port < 65_536 && !taken.has(port)) {
      taken.add(port)
      if (await isFree(port)) return port
      taken.delete(port)
    }
    port = 20_000 + ((wanted * 7 + attempt * 13) % 12_000)
  }
  throw new Error(`No free port was found near ${wanted}.`)
}
