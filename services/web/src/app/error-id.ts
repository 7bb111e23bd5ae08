import { ApiError } from '@daguerre/client'

const ids = new WeakMap<object, string>()

/** What to quote of an error: the server's number of the request, else one that is made up and stays the same for it. */
export function errorId(error: unknown): string {
  if (error instanceof ApiError && error.requestId !== null) return error.requestId
  if (typeof error !== 'object' || error === null) return 'unknown'
  const known = ids.get(error)
  if (known !== undefined) return known
  const id = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
  ids.set(error, id)
  return id
}
