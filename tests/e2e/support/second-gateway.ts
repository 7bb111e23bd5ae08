import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { choosePort } from '../../../tools/run/ports.ts'
import { system } from '../../setup/system.ts'
import { operations } from './description.ts'
import { soon } from './soon.ts'

const folder = fileURLToPath(new URL('../../../services/gateway', import.meta.url))

/**
 * A second gateway before the same services: with rate limits, which the tests' own gateway does not have, and behind
 * a proxy, so that `X-Forwarded-For` says from which address a test comes.
 * @param env what it has besides, or in place of that
 */
export async function startLimitingGateway(
  env: Record<string, string> = {},
): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await choosePort(19_900)
  const services = new Set(operations.map((operation) => operation['x-service']))
  const upstreams = await Promise.all(
    Array.from(services, async (name) => [`UPSTREAM_${name.toUpperCase()}`, (await system.service(name)).url]),
  )
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      ...system.environment('gateway'),
      ...Object.fromEntries(upstreams),
      APP_PORT: String(port),
      DAGUERRE_RATE_LIMITS: 'on',
      TRUSTED_PROXIES: '1',
      ...env,
    },
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  await soon('the second gateway is ready', async () => (await fetch(`${url}/readyz`)).ok)
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
