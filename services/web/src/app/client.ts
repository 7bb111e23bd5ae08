import { createClient, localStorageStore } from '@daguerre/client'
import { fetchOrTake } from '../begin/begun.ts'
import { sessionKey } from '../device/names.ts'
import { askWhoIsThere } from './reauthentication.ts'

/** The one way to the server. */
export const client = createClient({
  store: localStorageStore(sessionKey),
  fetch: (request) => fetchOrTake(request as Request),
  reauthenticate: askWhoIsThere,
})
