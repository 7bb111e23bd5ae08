import { queryOptions } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { tabStorage } from '../../app/storage.ts'

/** Where one may sign in elsewhere; mostly nowhere. */
export const providers = queryOptions({
  queryKey: ['providers'],
  queryFn: ({ signal }) => client.get('/api/v1/auth/providers', { signal }),
  staleTime: 5 * 60_000,
})

export interface Visit {
  /** By which it is known again. */
  state: string
  purpose: 'sign-in' | 'link' | 'reauthenticate'
  /** A path of the app to go on to. */
  next: string
  /** For who makes an account by it. */
  invitation?: string | undefined
}

const key = 'daguerre.visit'

/** Leaves the app for a provider, which sends the browser back to /sign-in/{provider}, in this tab. */
export async function leaveFor(address: Promise<{ url: string }>, visit: Omit<Visit, 'state'>): Promise<void> {
  const { url } = await address
  tabStorage.write(key, { ...visit, state: new URL(url).searchParams.get('state') ?? '' })
  location.assign(url)
}

/** What a visit was for; null: it was begun elsewhere, or nobody knows any more. */
export function visitOf(state: string): Visit | null {
  const kept = tabStorage.read<Visit>(key)
  return kept?.state === state ? kept : null
}

export interface Brought {
  state: string
  code: string
  iss?: string
  /** Why the provider has let nobody in. */
  error: string | null
}

/** What stands in the address to which a provider has sent the browser. As it came: the router takes long numbers for numbers. */
export function readBrought(): Brought {
  const [arrival] = performance.getEntriesByType('navigation')
  const { searchParams: given } = new URL(arrival?.name ?? location.href)
  const iss = given.get('iss')
  return {
    state: given.get('state') ?? '',
    code: given.get('code') ?? '',
    ...(iss !== null && { iss }),
    error: given.get('error'),
  }
}
