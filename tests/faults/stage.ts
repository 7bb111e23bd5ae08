import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeTestHome, removeHome } from '../setup/stores.ts'
import { startTestSystem } from '../setup/system.ts'
import { createDeliveryProxy, type DeliveryProxy } from './delivery-proxy.ts'
import type { Clocks } from './sequence.ts'

/** A whole system whose deliveries and clocks can be disturbed. */
export interface Stage {
  delivery: DeliveryProxy
  setClocks(clocks: Clocks): Promise<void>
  close(): Promise<void>
}

const publishers = ['auth', 'user', 'post', 'media', 'interaction', 'moderation']

/** So small that few people go beyond both in a minute: posts pass the end of timelines, authors the threshold to and fro. */
const environment = { feed: { TIMELINE_LENGTH: '20', BROADCAST_FROM_FOLLOWERS: '3' } }

/** Starts it; until it is closed, `system` of tests/setup is this one. */
export async function openStage(): Promise<Stage> {
  // A home, so that it is removed also after a run that was killed.
  const home = makeTestHome()
  const folder = home.path
  // Whoever reads it sees the old or the new, nothing between.
  function write(name: string, content: unknown): void {
    writeFileSync(join(folder, `${name}.new`), JSON.stringify(content))
    renameSync(join(folder, `${name}.new`), join(folder, `${name}.json`))
  }
  const delivery = createDeliveryProxy()
  async function removeAll(): Promise<void> {
    await delivery.close()
    removeHome(home)
  }
  try {
    const ports = publishers.map(async (app) => {
      return [app, await delivery.listen(() => Number(readFileSync(join(folder, `${app}.sidecar`), 'utf8')))] as const
    })
    write('proxies', Object.fromEntries(await Promise.all(ports)))
    write('environment', environment)
    write('clocks', {})
    const preload = new URL(`./preload.ts?folder=${encodeURIComponent(folder)}`, import.meta.url)
    const system = await startTestSystem({ env: { DAGUERRE_NODE_OPTIONS: `--import=${preload.href}` } })
    process.env['E2E_HOME'] = system.home
    return {
      delivery,
      async setClocks(clocks) {
        write('clocks', clocks)
        // Services look every half second.
        await sleep(1000)
      },
      async close() {
        delete process.env['E2E_HOME']
        await system.close()
        await removeAll()
      },
    }
  } catch (error) {
    await removeAll()
    throw error
  }
}
