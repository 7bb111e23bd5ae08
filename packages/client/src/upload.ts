import { ApiError, ConnectionError, errorOfText } from './errors.ts'
import { newId } from './id.ts'
import { pause, pauseMs, type RetryPolicy } from './retry.ts'
import type { components } from './schema.ts'
import type { SessionKeeper } from './session.ts'

export type Media = components['schemas']['Media']
type StartedUpload = components['schemas']['StartedUpload']
type UploadType = components['schemas']['NewUpload']['type']

export interface UploadOptions {
  /** Bytes sent so far, and all there are. In Node only at the beginning and the end. */
  onProgress?: (sent: number, total: number) => void
  signal?: AbortSignal
  /** `multipart` goes through the API; `presigned` straight to the storage, where its CORS rules let a browser in. */
  via?: 'multipart' | 'presigned'
  /** The same key for the same file makes a repeated upload harmless, also after a reload. */
  idempotencyKey?: string
}

interface Sending {
  method: string
  url: string
  headers: Record<string, string>
  body: Blob | FormData | string
  onProgress?: ((sent: number, total: number) => void) | undefined
  signal?: AbortSignal | undefined
}

interface Answer {
  status: number
  text: string
  retryAfter: string | null
}

export async function uploadMedia(
  context: {
    baseUrl: string
    fetch: (request: Request) => Promise<Response>
    session: SessionKeeper
    policy: RetryPolicy
  },
  file: Blob,
  options: UploadOptions,
): Promise<Media> {
  const { baseUrl, session, policy } = context
  const { onProgress, signal } = options
  const key = options.idempotencyKey ?? newId()

  async function authorised(sending: Sending): Promise<Answer> {
    const token = await session.accessToken()
    function as(bearer: string | null): Promise<Answer> {
      const authorization = bearer === null ? {} : { authorization: `Bearer ${bearer}` }
      return send({ ...sending, headers: { ...sending.headers, ...authorization } })
    }
    const answer = await as(token)
    if (answer.status !== 401 || token === null) return answer
    const renewed = await session.renew(token)
    return renewed === null ? answer : await as(renewed)
  }

  async function send(sending: Sending): Promise<Answer> {
    if (typeof XMLHttpRequest === 'function' && sending.onProgress) return await sendByXhr(sending)
    const { url, onProgress, signal, ...init } = sending
    const total = file.size
    onProgress?.(0, total)
    const response = await context.fetch(new Request(url, { ...init, ...(signal ? { signal } : {}) }))
    onProgress?.(total, total)
    return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') }
  }

  async function persist<T>(attempt: () => Promise<Answer>): Promise<T> {
    for (let tries = 0; ; tries++) {
      let failure: ApiError | ConnectionError
      try {
        const answer = await attempt()
        if (answer.status >= 200 && answer.status < 300) return (answer.text ? JSON.parse(answer.text) : null) as T
        failure = errorOfText(answer.status, answer.text, answer.retryAfter)
      } catch (error) {
        signal?.throwIfAborted()
        if (!(error instanceof TypeError)) throw error
        failure = new ConnectionError(error)
      }
      if (tries >= policy.retries || !isPassing(failure, policy)) throw failure
      const asked = failure instanceof ApiError ? failure.retryAfterSeconds : null
      await pause(pauseMs(tries, asked, policy), signal)
    }
  }

  if (options.via !== 'presigned') {
    const form = new FormData()
    form.set('file', file)
    const url = `${baseUrl}/api/v1/media/upload`
    const headers = { 'idempotency-key': key }
    return await persist<Media>(() => authorised({ method: 'POST', url, headers, body: form, onProgress, signal }))
  }

  const json = { 'content-type': 'application/json' }
  const started = await persist<StartedUpload>(() =>
    authorised({
      method: 'POST',
      url: `${baseUrl}/api/v1/media/uploads`,
      headers: { ...json, 'idempotency-key': key },
      body: JSON.stringify({ type: file.type as UploadType, bytes: file.size }),
      signal,
    }),
  )
  const { method, url, headers } = started.upload
  await persist(() => send({ method, url, headers, body: file, onProgress, signal }))
  const complete = `${baseUrl}/api/v1/media/uploads/${started.media.id}/complete`
  return await persist<Media>(() => authorised({ method: 'POST', url: complete, headers: {}, body: '', signal }))
}

function isPassing(failure: ApiError | ConnectionError, policy: RetryPolicy): boolean {
  if (failure instanceof ConnectionError) return true
  if (failure.code === 'idempotency.in_progress') return true
  const isShort = (failure.retryAfterSeconds ?? 0) * 1000 <= policy.maxMs
  return [429, 502, 503, 504].includes(failure.status) && isShort
}

/** fetch tells nothing of how far a body has come; XMLHttpRequest does. */
function sendByXhr({ method, url, headers, body, onProgress, signal }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const xhr = new XMLHttpRequest()
    function stop(): void {
      xhr.abort()
    }
    xhr.open(method, url)
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    xhr.upload.addEventListener('progress', ({ loaded, total }) => onProgress?.(loaded, total))
    xhr.addEventListener('load', () =>
      resolve({ status: xhr.status, text: xhr.responseText, retryAfter: xhr.getResponseHeader('retry-after') }),
    )
    xhr.addEventListener('error', () => reject(new TypeError('The connection was lost.')))
    xhr.addEventListener('abort', () => reject((signal?.reason ?? new DOMException('Aborted', 'AbortError')) as Error))
    xhr.addEventListener('loadend', () => signal?.removeEventListener('abort', stop))
    signal?.addEventListener('abort', stop)
    xhr.send(body)
  })
}
