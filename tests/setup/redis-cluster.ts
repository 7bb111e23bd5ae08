import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from '@daguerre/kit/testing'
import { Redis } from 'ioredis'
import { installRedis } from '../../tools/provision/redis.ts'
import { choosePort } from '../../tools/run/ports.ts'

export interface RedisCluster {
  /** Of its first node. */
  url: string
  close(): Promise<void>
}

const slots = 16_384
const busOffset = 10_000

/** A Redis Cluster of three nodes on loopback, each with a third of the slots and without replicas. Close it. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-redis-cluster-'))
  const servers: ChildProcess[] = []
  function kill(): void {
    for (const server of servers) server.kill('SIGKILL')
  }

  // For an end that comes before `close`: an unhandled error, a signal.
  process.on('exit', kill)
  async function close(): Promise<void> {
    process.off('exit', kill)
    const running = servers.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
    const ended = running.map((server) => new Promise((resolve) => server.once('exit', resolve)))
    kill()
    await Promise.all(ended)
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    const server = await installRedis({
      home: folder,
      env: process.env,
      report: (message) => console.error(message),
      port: () => choosePort(20_000),
    })
    const ports: number[] = []
    for (let node = 0; node < 3; node++) {
      const port = await choosePortWithBus()
      ports.push(port)
      mkdirSync(join(folder, String(port)))
      const settings = {
        port,
        bind: '127.0.0.1',
        dir: join(folder, String(port)),
        'cluster-enabled': 'yes',
        'cluster-require-full-coverage': 'no',
        save: '',
      }
      const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
      const env = { ...process.env, ...server.env }
      servers.push(spawn(server.command, args, { env, stdio: 'ignore' }))
    }
    const failed = servers.map(async (child) => {
      await new Promise((resolve) => child.once('exit', resolve))
      throw new Error('a node of the Redis Cluster has ended')
    })
    for (const failure of failed) failure.catch(() => {})
    await Promise.race([form(ports), ...failed])
    return { url: `redis://127.0.0.1:${ports[0]}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The bus of a node listens 10,000 above its port: both below those that the system gives to connections. */
async function choosePortWithBus(): Promise<number> {
  for (;;) {
    const port = await choosePort(11_000 + Math.floor(Math.random() * 10_000))
    if ((await choosePort(port + busOffset)) === port + busOffset) return port
  }
}

async function form(ports: readonly number[]): Promise<void> {
  const nodes = ports.map((port) => new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null }))
  // Until it listens each connection is refused, and tried again.
  for (const node of nodes) node.on('error', () => {})
  try {
    for (const [index, node] of nodes.entries()) {
      const [first, end] = [index, index + 1].map((part) => Math.floor((part * slots) / nodes.length))
      await node.cluster('ADDSLOTSRANGE', first!, end! - 1)
      await node.cluster('MEET', '127.0.0.1', ports[0]!)
    }
    await waitFor(
      async () => {
        const states = await Promise.all(nodes.map((node) => node.cluster('INFO')))
        return states.every(
          (state) =>
            state.includes('cluster_state:ok') &&
            state.includes('cluster_known_nodes:3') &&
            state.includes(`cluster_slots_ok:${slots}`),
        )
      },
      { timeoutMs: 60_000 },
    )
  } finally {
    for (const node of nodes) node.disconnect()
  }
}
