import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { system } from '../setup/system.ts'
import type { DeliveryProxy } from './delivery-proxy.ts'
import type { Fault } from './sequence.ts'

/** Does a fault to the whole system. What it ends comes back by itself, or is started again at once. */
export async function inflict(fault: Fault, delivery: DeliveryProxy): Promise<void> {
  switch (fault.fault) {
    case 'kill':
      // Another sequence may just have killed it.
      return await system.kill(fault.of).catch(() => {})
    case 'restart':
      await system.stop(fault.of)
      return await system.start(fault.of)
    case 'flush':
      return await flush(fault.of)
    case 'replace':
      await system.stop(fault.of)
      empty(join(system.home, fault.of))
      return await system.start(fault.of)
    case 'double':
    case 'disorder':
      return delivery.disturb(fault.fault)
  }
}

async function flush(name: string): Promise<void> {
  const configuration = readFileSync(join(system.home, name, 'redis.conf'), 'utf8')
  const [, port = ''] = /^port (\d+)$/m.exec(configuration) ?? []
  const [, password = ''] = /^requirepass (\S+)$/m.exec(configuration) ?? []
  const redis = new Redis({ host: '127.0.0.1', port: Number(port), password, retryStrategy: (times) => times * 100 })
  redis.on('error', () => {})
  try {
    await redis.flushall()
  } finally {
    redis.disconnect()
  }
}

/** What Redis has written goes, its configuration stays. */
function empty(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name !== 'redis.conf') rmSync(join(folder, name), { recursive: true })
  }
}
