import type { Logger } from '@daguerre/kit/log'
import type { RedisClient } from '@daguerre/kit/redis'

function channel(recipientId: string): string {
  return `notification:${recipientId}`
}

export type Hub = ReturnType<typeof createHub>

/**
 * Wakes the streams of a person in whatever replica they are (Redis pub/sub). Only a hint: the stream reads the store, so a
 * hint that is lost costs time and nothing else.
 */
export function createHub({
  publisher,
  subscriber,
  log,
}: {
  publisher: RedisClient
  subscriber: RedisClient
  log: Logger
}) {
  const listeners = new Map<string, Set<() => void>>()

  subscriber.on('message', (name: string) => {
    for (const wake of listeners.get(name) ?? []) wake()
  })

  return {
    async announce(recipientId: string): Promise<void> {
      try {
        await publisher.publish(channel(recipientId), '')
      } catch (error) {
        log.debug({ err: error }, 'no hint: Redis did not answer')
      }
    },

    /** How many streams of this person are open in this process. */
    openOf(recipientId: string): number {
      return listeners.get(channel(recipientId))?.size ?? 0
    },

    listen(recipientId: string, wake: () => void): () => void {
      const name = channel(recipientId)
      const own = listeners.get(name) ?? new Set()
      own.add(wake)
      if (own.size === 1) {
        listeners.set(name, own)
        subscriber
          .subscribe(name)
          .catch((error: unknown) => log.debug({ err: error }, 'no hints: Redis did not answer'))
      }
      return () => {
        own.delete(wake)
        if (own.size === 0 && listeners.get(name) === own) {
          listeners.delete(name)
          subscriber.unsubscribe(name).catch(() => {})
        }
      }
    },
  }
}
