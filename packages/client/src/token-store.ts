import type { components } from './schema.ts'

/** Who is signed in, and with what. */
export interface Session {
  user: components['schemas']['Account']
  accessToken: string
  refreshToken: string
  /** By this machine's clock, in milliseconds. */
  expiresAt: number
}

/** Where a session is kept. `get` answers the same object until something changed. */
export interface TokenStore {
  get(): Session | null
  set(session: Session | null): void
  /** Calls back when somebody else changed it: another tab, another process. */
  subscribe?(listener: () => void): () => void
}

/** Kept until the process or page ends. */
export function memoryStore(initial: Session | null = null): TokenStore {
  let session = initial
  return {
    get: () => session,
    set: (next) => {
      session = next
    },
  }
}

/** Kept in the browser, the same in all tabs. Where the browser keeps nothing it is as `memoryStore`. */
export function localStorageStore(key = 'daguerre.session'): TokenStore {
  let raw: string | null = null
  let session: Session | null = null

  function read(): string | null {
    try {
      return localStorage.getItem(key)
    } catch {
      return raw
    }
  }

  return {
    get() {
      const current = read()
      if (current !== raw) {
        raw = current
        session = parse(current)
      }
      return session
    },
    set(next) {
      raw = next && JSON.stringify(next)
      session = next
      try {
        if (raw === null) localStorage.removeItem(key)
        else localStorage.setItem(key, raw)
      } catch {
        // Storage is full or forbidden: this page still knows.
      }
    },
    subscribe(listener) {
      function onStorage(event: StorageEvent): void {
        if (event.key === key || event.key === null) listener()
      }
      addEventListener('storage', onStorage)
      return () => removeEventListener('storage', onStorage)
    },
  }
}

function parse(text: string | null): Session | null {
  try {
    const value = JSON.parse(text ?? 'null') as Session | null
    return value && typeof value.accessToken === 'string' && typeof value.refreshToken === 'string' ? value : null
  } catch {
    return null
  }
}
