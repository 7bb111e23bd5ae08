import { Redis } from 'ioredis'
import { askInside, backlogOf, redisUrl } from '../e2e/faults/support/inside.ts'
import { system } from '../setup/system.ts'

const publishers = ['auth', 'user', 'post', 'media', 'interaction', 'moderation']
const consumers = ['auth', 'user', 'post', 'media', 'interaction', 'feed', 'notification', 'moderation']

/** What is still under way, in words; nothing when all that was done has arrived everywhere. */
export async function lags(heldByProxy: number): Promise<string[]> {
  const { processes } = await system.view()
  const waiting = processes.filter(({ ready }) => !ready).map(({ name }) => `${name} is not ready`)
  if (waiting.length > 0) return waiting
  const outboxes = publishers.map(async (app) => counted(await backlogOf(app), `events in the outbox of ${app}`))
  const letters = consumers.map(async (app) => {
    const { body } = await askInside<{ items: unknown[] }>(app, 'GET', '/internal/dead-letters')
    return counted(body.items.length, `dead letters of ${app}`)
  })
  const found = await Promise.all([...outboxes, ...letters, brokerLags()])
  return [...found.flat(), ...counted(heldByProxy, 'events held by the proxy')]
}

/** Messages that a consumer group of the broker has not been given yet, or has not settled. */
async function brokerLags(): Promise<string[]> {
  const redis = new Redis(redisUrl('redis-broker'), { maxRetriesPerRequest: 1 })
  redis.on('error', () => {})
  try {
    const found: string[] = []
    for (const stream of await redis.keys('*')) {
      if ((await redis.type(stream)) !== 'stream') continue
      const last = fieldsOf(await redis.xinfo('STREAM', stream))['last-generated-id']
      for (const fields of (await redis.xinfo('GROUPS', stream)) as unknown[]) {
        const group = fieldsOf(fields)
        const isUnread = group['last-delivered-id'] !== last
        if (isUnread || group['pending'] !== 0) found.push(`messages of ${stream} for ${String(group['name'])}`)
      }
    }
    return found
  } finally {
    redis.disconnect()
  }
}

function fieldsOf(reply: unknown): Record<string, unknown> {
  const flat = reply as unknown[]
  const pairs = flat.flatMap((name, index) => (index % 2 === 0 ? [[String(name), flat[index + 1]]] : []))
  return Object.fromEntries(pairs) as Record<string, unknown>
}

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`]
}
