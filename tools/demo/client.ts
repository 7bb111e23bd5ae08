import { setTimeout as sleep } from 'node:timers/promises'

export interface Call {
  /** Sent as JSON, or as it is where it is a form. */
  body?: unknown
  /** Access token. */
  token?: string
  idempotencyKey?: string
  /** Statuses that are an answer too and no error; by themselves all below 400. */
  expected?: number[]
}

export interface Answer<Body> {
  status: number
  body: Body
}

/** The public API, called as any client does; what cannot be answered just now is asked again a few times. */
export interface Client {
  call<Body = unknown>(method: string, path: string, call?: Call): Promise<Answer<Body>>
}

const tries = 6

/** @param trustedToken exempts these requests from the gateway's rate limits */
export function createClient(options: { url: string; trustedToken: string; signal: AbortSignal }): Client {
  return {
    async call<Body>(method: string, path: string, { body, token, idempotencyKey, expected = [] }: Call = {}) {
      const headers: Record<string, string> = { 'x-daguerre-trusted-token': options.trustedToken }
      if (token) headers['authorization'] = `Bearer ${token}`
      if (idempotencyKey) headers['idempotency-key'] = idempotencyKey
      const isForm = body instanceof FormData
      if (body !== undefined && !isForm) headers['content-type'] = 'application/json'
      const init = { method, headers, body: body === undefined ? null : isForm ? body : JSON.stringify(body) }
      for (let attempt = 1; ; attempt++) {
        const signal = AbortSignal.any([options.signal, AbortSignal.timeout(30_000)])
        const response = await fetch(options.url + path, { ...init, signal }).catch((error: unknown) => {
          options.signal.throwIfAborted()
          if (attempt === tries) throw error
        })
        if (response && (response.status < 400 || expected.includes(response.status))) {
          const text = await response.text()
          return { status: response.status, body: (text ? JSON.parse(text) : null) as Body }
        }
        const passing = !response || response.status >= 500 || [409, 429].includes(response.status)
        if (!passing || attempt === tries) {
          throw new Error(`${method} ${path}: ${response?.status} ${await response?.text()}`)
        }
        await response?.body?.cancel()
        await sleep(attempt * 300, undefined, { signal: options.signal })
      }
    },
  }
}
