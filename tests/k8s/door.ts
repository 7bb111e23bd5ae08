import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Door {
  port: number
  close(): Promise<void>
}

/**
 * A port of this machine's loopback that leads to the public door of a system in a cluster, byte by byte: so that what people type
 * has a name that is known here.
 * @param target asked anew for each connection
 */
export async function openDoor(target: () => Promise<{ host: string; port: number }>): Promise<Door> {
  const sockets = new Set<Socket>()
  async function join(near: Socket): Promise<void> {
    const far = connect(await target())
    sockets.add(far)
    far.once('close', () => sockets.delete(far))
    far.on('error', () => near.destroy())
    near.on('error', () => far.destroy())
    near.pipe(far).pipe(near)
  }
  const server = createServer((near) => {
    sockets.add(near)
    near.once('close', () => sockets.delete(near))
    near.on('error', () => near.destroy())
    join(near).catch(() => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
