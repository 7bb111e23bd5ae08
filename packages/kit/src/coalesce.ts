/**
 * Makes many requests for the same work few runs of it: a key's next run begins after this turn of the event loop and after
 * the run before it, and whoever asks until then shares it. So it sees what they did before they asked. A run that fails, fails
 * for those who wait for it.
 */
export function coalesceByKey(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const last = new Map<string, { run: Promise<void>; isBegun: boolean }>()

  return (key) => {
    const before = last.get(key)
    if (before && !before.isBegun) return before.run
    const next = { run: begin(), isBegun: false }
    last.set(key, next)
    return next.run

    async function begin(): Promise<void> {
      // Who waited for that run is told by it; here an error only ends the wait.
      await before?.run.catch(() => {})
      await new Promise<void>((resolve) => process.nextTick(resolve))
      next.isBegun = true
      try {
        await work(key)
      } finally {
        if (last.get(key) === next) last.delete(key)
      }
    }
  }
}
