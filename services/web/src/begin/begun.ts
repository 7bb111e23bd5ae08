/** What begin.ts has asked for before the app was there. */
export interface Begun {
  /** As whom; null as nobody. */
  authorization: string | null
  /** By path and query. */
  answers: Map<string, Promise<Response>>
}

declare global {
  interface Window {
    begun?: Begun
  }
}

/** As `fetch`; takes what was asked for already, once, and for as long as it is news. */
export async function fetchOrTake(request: Request): Promise<Response> {
  return (await take(request)) ?? (await fetch(request))
}

const newsMs = 10_000

async function take(request: Request): Promise<Response | null> {
  const { begun } = window
  if (!begun || request.method !== 'GET' || performance.now() > newsMs) return null
  const { pathname, search } = new URL(request.url)
  const answer = begun.answers.get(pathname + search)
  if (!answer || request.headers.get('authorization') !== begun.authorization) return null
  begun.answers.delete(pathname + search)
  // What could not be had then is asked for as everything else.
  return await answer.catch(() => null)
}
