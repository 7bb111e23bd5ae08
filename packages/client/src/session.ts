import { ConnectionError, errorOf } from './errors.ts'
import { type RetryPolicy, withRetries } from './retry.ts'
import type { components } from './schema.ts'
import type { Session, TokenStore } from './token-store.ts'

type SignedIn = components['schemas']['SignedIn']

/** `expired`: the server ended it; `elsewhere`: another tab changed it. */
export type SessionChange = 'signed-in' | 'renewed' | 'signed-out' | 'expired' | 'elsewhere'

export interface SessionKeeper {
  current(): Session | null
  subscribe(listener: (change: SessionChange) => void): () => void
  /** Takes what signing in answered. */
  begin(answer: SignedIn): Session
  end(change?: 'signed-out' | 'expired'): void
  /** A token that holds for a while, renewed if need be; null if nobody is signed in. */
  accessToken(): Promise<string | null>
  /** A token other than this one, which was refused. Null: the session is over. */
  renew(refused: string): Promise<string | null>
}

/** A token this close to its end is renewed before it is sent. */
const marginMs = 30_000

export function keepSession(options: {
  baseUrl: string
  fetch: (request: Request) => Promise<Response>
  store: TokenStore
  policy: RetryPolicy
}): SessionKeeper {
  const { store } = options
  const listeners = new Set<(change: SessionChange) => void>()
  let renewing: Promise<string | null> | null = null
  store.subscribe?.(() => tell('elsewhere'))

  function tell(change: SessionChange): void {
    for (const listener of listeners) listener(change)
  }

  function put(answer: SignedIn, change: 'signed-in' | 'renewed'): Session {
    const { user, accessToken, refreshToken, expiresIn } = answer
    const session = { user, accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 }
    store.set(session)
    tell(change)
    return session
  }

  function end(change: 'signed-out' | 'expired' = 'signed-out'): void {
    store.set(null)
    tell(change)
  }

  async function exchange(refused: string): Promise<string | null> {
    const session = store.get()
    if (!session) return null
    // Another tab was faster.
    if (session.accessToken !== refused) return session.accessToken
    // The server answers a repeated exchange with the same next token for some seconds.
    const response = await withRetries(
      () =>
        options.fetch(
          new Request(`${options.baseUrl}/api/v1/auth/refresh`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ refreshToken: session.refreshToken }),
          }),
        ),
      { repeatable: true, policy: options.policy },
    )
    if (response.ok) return put((await response.json()) as SignedIn, 'renewed').accessToken
    // 403: the account may not be used for a while. Who signs in again is told why.
    if (response.status !== 401 && response.status !== 403) throw await errorOf(response)
    if (store.get()?.refreshToken === session.refreshToken) end('expired')
    return null
  }

  function renew(refused: string): Promise<string | null> {
    renewing ??= alone(() => exchange(refused)).finally(() => {
      renewing = null
    })
    return renewing
  }

  return {
    current: () => store.get(),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    begin: (answer) => put(answer, 'signed-in'),
    end,
    renew,
    async accessToken() {
      const session = store.get()
      if (!session) return null
      if (session.expiresAt - Date.now() > marginMs) return session.accessToken
      try {
        return await renew(session.accessToken)
      } catch (error) {
        // A clock may be wrong, and the token still good: the server decides.
        if (error instanceof ConnectionError) return session.accessToken
        throw error
      }
    },
  }
}

/** In place of a session, for an application that has a token: nothing of it is kept or renewed. */
export function bearOnly(token: string): SessionKeeper {
  return {
    current: () => null,
    subscribe: () => () => {},
    begin() {
      throw new Error('Who has a token does not sign in.')
    },
    end: () => {},
    renew: () => Promise.resolve(null),
    accessToken: () => Promise.resolve(token),
  }
}

/** One at a time, also across the tabs of a browser: a refresh token is good once. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks as LockManager | undefined
  return locks ? (locks.request('daguerre.refresh', work) as Promise<T>) : work()
}
