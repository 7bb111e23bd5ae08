import { createClient, localStorageStore } from '@daguerre/client'

/** The one way to the server. */
export const client = createClient({ store: localStorageStore() })
