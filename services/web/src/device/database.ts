/**
 * What this browser keeps: `posts` that are written or on their way, `files` of their photos, and `values` that a page and the
 * service worker have to tell each other. Where a browser keeps nothing, or has no room, this page still remembers.
 */
export type StoreName = 'posts' | 'files' | 'values'

export type Change = { store: StoreName; key: string } & ({ put: unknown } | { remove: true })

const name = 'daguerre'
const version = 1

/** What there was no room for. `removed` hides what is kept. */
const removed = Symbol('removed')
const remembered: Record<StoreName, Map<string, unknown>> = { posts: new Map(), files: new Map(), values: new Map() }

let opened: Promise<IDBDatabase> | null = null

function open(): Promise<IDBDatabase> {
  opened ??= openAnew().catch((error: unknown) => {
    opened = null
    throw error
  })
  return opened
}

function openAnew(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version)
    request.addEventListener('upgradeneeded', () => {
      for (const store of Object.keys(remembered)) request.result.createObjectStore(store)
    })
    request.addEventListener('success', () => {
      const database = request.result
      // A newer version of the app wants to change it, or the browser has thrown it away: the next call opens it again.
      database.addEventListener('versionchange', () => {
        database.close()
        opened = null
      })
      database.addEventListener('close', () => {
        opened = null
      })
      resolve(database)
    })
    request.addEventListener('error', () => reject(reasonOf(request)))
  })
}

function reasonOf({ error }: { error: DOMException | null }): DOMException {
  return error ?? new DOMException('The browser’s storage does not answer.', 'UnknownError')
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(reasonOf(request)))
  })
}

export async function readOne<T>(store: StoreName, key: string): Promise<T | undefined> {
  const known = remembered[store]
  if (known.has(key)) {
    const value = known.get(key)
    return value === removed ? undefined : (value as T)
  }
  try {
    const database = await open()
    return await resultOf<T | undefined>(database.transaction(store).objectStore(store).get(key))
  } catch {
    return undefined
  }
}

export async function readKeys(store: StoreName): Promise<string[]> {
  const keys = new Set<string>()
  try {
    const database = await open()
    const kept = await resultOf(database.transaction(store).objectStore(store).getAllKeys())
    for (const key of kept as string[]) keys.add(key)
  } catch {
    // Nothing is kept here.
  }
  for (const [key, value] of remembered[store]) {
    if (value === removed) keys.delete(key)
    else keys.add(key)
  }
  return [...keys]
}

export async function readAll<T>(store: StoreName): Promise<T[]> {
  const values: T[] = []
  for (const key of await readKeys(store)) {
    const value = await readOne<T>(store, key)
    if (value !== undefined) values.push(value)
  }
  return values
}

/** All of it or nothing. False if it is not kept: it lasts as long as this page. */
export async function write(changes: readonly Change[]): Promise<boolean> {
  try {
    await writeAll(changes)
    for (const { store, key } of changes) remembered[store].delete(key)
    return true
  } catch {
    for (const change of changes) remembered[change.store].set(change.key, 'put' in change ? change.put : removed)
    return false
  }
}

async function writeAll(changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const database = await open()
  const transaction = database.transaction([...new Set(changes.map(({ store }) => store))], 'readwrite')
  const done = new Promise<void>((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', () => reject(reasonOf(transaction)))
  })
  try {
    for (const change of changes) {
      const store = transaction.objectStore(change.store)
      if ('put' in change) store.put(change.put, change.key)
      else store.delete(change.key)
    }
  } catch (error) {
    transaction.abort()
    await done.catch(() => {})
    throw error
  }
  await done
}

/** Changes values as they are at that moment; what `change` leaves as it is, is not written. */
export async function update<T>(store: StoreName, change: (value: T) => T): Promise<void> {
  for (const [key, value] of remembered[store]) {
    if (value !== removed) remembered[store].set(key, change(value as T))
  }
  try {
    const database = await open()
    const entries = database.transaction(store, 'readwrite').objectStore(store)
    const [keys, values] = await Promise.all([resultOf(entries.getAllKeys()), resultOf<T[]>(entries.getAll())])
    for (const [index, value] of values.entries()) {
      const next = change(value)
      if (next !== value) entries.put(next, keys[index])
    }
  } catch {
    // Nothing is kept here.
  }
}

/** Removes what nobody wants any more, by all the values of another store. Seen at one moment: nothing is lost by a race. */
export async function prune<T>(
  store: StoreName,
  by: StoreName,
  isWanted: (key: string, values: T[]) => boolean,
): Promise<void> {
  try {
    const database = await open()
    const transaction = database.transaction([store, by], 'readwrite')
    const values = await resultOf<T[]>(transaction.objectStore(by).getAll())
    const keys = await resultOf(transaction.objectStore(store).getAllKeys())
    for (const key of keys as string[]) if (!isWanted(key, values)) transaction.objectStore(store).delete(key)
  } catch {
    // It is tidier another time.
  }
}
