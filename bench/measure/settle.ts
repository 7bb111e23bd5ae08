import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { sumOf } from './prometheus.ts'
import type { TestSystem } from '../../tests/setup/system.ts'

const publishers = ['auth', 'user', 'post', 'media', 'interaction', 'moderation']
const consumers = ['auth', 'user', 'post', 'media', 'interaction', 'feed', 'notification', 'moderation']

export interface Settling {
  /** Waits until all that was written has had its effects: outboxes are empty, and for a while no consumer has taken anything. */
  untilSettled: (timeoutMs?: number) => Promise<void>
  close: () => Promise<void>
}

/** Keeps its connections, as to open one costs PostgreSQL more than a request does. */
export async function watchEvents(system: TestSystem): Promise<Settling> {
  const clients = publishers.map((name) => new pg.Client({ connectionString: system.database(name) }))
  await Promise.all(clients.map((client) => client.connect()))

  async function isPending(): Promise<boolean> {
    const sql = 'select exists (select 1 from outbox where published_at is null) as pending'
    const answers = await Promise.all(clients.map((client) => client.query<{ pending: boolean }>(sql)))
    return answers.some(({ rows }) => rows[0]?.pending)
  }
  return {
    async untilSettled(timeoutMs = 600_000) {
      const deadline = performance.now() + timeoutMs
      let [last, stillSince] = [-1, 0]
      while (performance.now() < deadline) {
        const consumed = await countConsumed(system)
        if (consumed !== last || (await isPending())) [last, stillSince] = [consumed, performance.now()]
        else if (performance.now() - stillSince > 700) return
        await sleep(200)
      }
      throw new Error(`Events are still on their way after ${timeoutMs / 1000} s.`)
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

/** Events that consumers have taken since they began, of one topic or of all. */
export async function countConsumed(system: TestSystem, only?: { consumer: string; topic: string }): Promise<number> {
  const names = only ? [only.consumer] : consumers
  const counts = await Promise.all(
    names.map(async (name) => {
      const { url } = await system.service(name)
      const text = await (await fetch(`${url}/metrics`)).text()
      return sumOf(text, 'events_consumed_total', only ? { topic: only.topic } : {})
    }),
  )
  return counts.reduce((total, count) => total + count, 0)
}
