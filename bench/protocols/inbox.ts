/** What has arrived of each topic, and who waits for it. */
export class Inbox {
  #counts = new Map<string, number>()
  #expected = new Map<string, { count: number; resolve: () => void; promise: Promise<void> }>()

  /** An event as a handler gets it, whatever brought it. */
  take(topic: string, event: Record<string, unknown>): void {
    checkWhole(topic, event)
    const count = (this.#counts.get(topic) ?? 0) + 1
    this.#counts.set(topic, count)
    const expected = this.#expected.get(topic)
    if (expected && count >= expected.count) expected.resolve()
  }

  /** Forgets what has come. */
  expect(topic: string, count: number): void {
    this.#counts.set(topic, 0)
    this.#expected.set(topic, { count, ...Promise.withResolvers<void>() })
  }

  /** Resolves when all has come that is expected. */
  async arrived(topic: string): Promise<void> {
    await this.#expected.get(topic)?.promise
  }
}

/** What is cheap because something of the event was lost counts for nothing. @throws Error */
export function checkWhole(topic: string, event: Record<string, unknown>): void {
  const { id, source, type, subject, time, data } = event
  const isWhole = [id, source, type, subject, time].every((value) => typeof value === 'string')
  if (!isWhole || typeof (data as { postId?: unknown } | null)?.postId !== 'string') {
    throw new Error(`${topic}: not the event that was sent: ${JSON.stringify(event)}`)
  }
}
