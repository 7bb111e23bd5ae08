import { choosePort } from '../../../tools/run/ports.ts'
import { system } from '../../setup/system.ts'
import { operations } from './description.ts'
import { type OwnProcess, startProcess } from './own-process.ts'

/**
 * A second gateway before the same services: with rate limits, which the tests' own gateway does not have, and behind
 * a proxy, so that `X-Forwarded-For` says from which address a test comes.
 * @param env what it has besides, or in place of that
 */
export async function startLimitingGateway(env: Record<string, string> = {}): Promise<OwnProcess> {
  const services = new Set(operations.map((operation) => operation['x-service']))
  const upstreams = await Promise.all(
    Array.from(services, async (name) => [`UPSTREAM_${name.toUpperCase()}`, (await system.service(name)).url]),
  )
  return await startProcess('gateway', await choosePort(19_900), {
    ...Object.fromEntries(upstreams),
    DAGUERRE_RATE_LIMITS: 'on',
    TRUSTED_PROXIES: '1',
    ...env,
  })
}
