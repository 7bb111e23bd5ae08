/**
 * Makes many requests for the same work few runs of it: for a key it runs once at a time, and whoever asks meanwhile shares the
 * next run. That begins after they asked, so it has seen what they did before. A run that fails, fails for those who wait for it.
 */
export function coalesceByKey(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const next = new Map<string, Promise<void>>()

  function run(key: string): Promise<void> {
    const run = work(key)
    running.set(key, run)
    // Who waits for the next run is told by that one; here an error only ends the wait.
    void run.catch(() => {}).then(() => running.get(key) === run && running.delete(key))
    return run
  }

  return (key) => {
    const current = running.get(key)
    if (!current) return run(key)
    const waiting = next.get(key)
    if (waiting) return waiting
    const begun = current
      .catch(() => {})
      .then(() => {
        next.delete(key)
        return run(key)
      })
    next.set(key, begun)
    return begun
  }
}
