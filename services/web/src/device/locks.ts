/**
 * Does some work while nobody else of this browser does the same: no other tab, and not the service worker. Where a page is
 * not served securely there are no locks, and no service worker either: then it is done at once.
 */
export async function alone<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const locks = navigator.locks as LockManager | undefined
  if (!locks) return await work()
  return (await locks.request(name, signal ? { signal } : {}, work)) as T
}
