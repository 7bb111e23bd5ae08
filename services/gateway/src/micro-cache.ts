import { LRUCache } from 'lru-cache'

export interface StoredAnswer {
  status: number
  /** By names in lower case, without `content-length`. */
  headers: readonly [string, string][]
  body: Buffer
}

/**
 * Repeats anonymous answers for a second or two, and lets all who ask for the same thing at once wait for one answer.
 * Only what is the same for everyone may come here.
 */
export function createMicroCache({ maxBytes }: { maxBytes: number }) {
  const stored = new LRUCache<string, StoredAnswer>({
    maxSize: maxBytes,
    sizeCalculation: (answer) => answer.body.length + 1024,
  })
  const coming = new Map<string, Promise<StoredAnswer>>()

  return async function answer(
    key: string,
    seconds: number,
    ask: () => Promise<StoredAnswer>,
  ): Promise<{ answer: StoredAnswer; hit: boolean }> {
    const known = stored.get(key)
    if (known) return { answer: known, hit: true }
    const pending = coming.get(key)
    if (pending) return { answer: await pending, hit: true }
    const asked = ask()
    coming.set(key, asked)
    try {
      const fresh = await asked
      if (fresh.status === 200) stored.set(key, fresh, { ttl: seconds * 1000 })
      return { answer: fresh, hit: false }
    } finally {
      coming.delete(key)
    }
  }
}
