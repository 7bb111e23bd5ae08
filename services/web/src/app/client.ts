import { createClient, localStorageStore } from '@daguerre/client'
import { fetchOrTake } from '../begin/begun.ts'

/** The one way to the server. */
export const client = createClient({ store: localStorageStore(), fetch: (request) => fetchOrTake(request as Request) })
