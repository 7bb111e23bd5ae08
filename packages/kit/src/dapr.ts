import { Pool } from 'undici'
import type { z } from 'zod'
import type { DaprClient } from '@dapr/dapr'
import type { BaseConfig } from './config.ts'
import { currentContext } from './context.ts'
import { histogram } from './metrics.ts'
import { NeighbourError } from './neighbour.ts'
import { formatTraceparent, startSpan } from './telemetry.ts'

export { NeighbourError } from './neighbour.ts'

/** The sidecar refused or did not answer. */
export class DaprError extends Error {
  override readonly name = 'DaprError'
  /** Status of the sidecar's answer; 0 when there was none. */
  readonly status: number

  constructor(status: number, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.status = status
  }
}

/** A complete CloudEvent as JSON (CloudEvents 1.0, structured mode). */
export type PublishableEvent = { id: string } & Record<string, unknown>

export type StateEntry = { key: string; value: unknown }

export type Dapr = {
  /**
   * A `fetch` for `hc<Api>('http://invoke', { fetch: dapr.fetchTo('user') })`: sends through the sidecar to another
   * service, with trace and request id. @param timeoutMs of each try, 2000 by default @param tries 1 by default; more for what
   * there is no page without: a call to an instance that has just gone hangs, and the next one finds another
   */
  fetchTo(app: string, options?: { timeoutMs?: number; tries?: number }): typeof fetch
  /** Publishes events of one topic in bulk. @returns ids of those that were not taken. @throws DaprError if none was */
  publishBulk(topic: string, events: readonly PublishableEvent[], options?: CallOptions): Promise<{ failed: string[] }>
  /** Publishes one event. @throws DaprError */
  publish(topic: string, event: PublishableEvent, options?: CallOptions): Promise<void>
  state: {
    /** @returns what is there, by key */
    getBulk(keys: readonly string[], options?: CallOptions): Promise<Map<string, unknown>>
    saveBulk(entries: readonly StateEntry[], options: CallOptions & { ttlInSeconds: number }): Promise<void>
    deleteBulk(keys: readonly string[], options?: CallOptions): Promise<void>
  }
  /** Resolves if the sidecar answers and its outbound components are ready; throws otherwise. For `checks`. */
  healthy(): Promise<void>
  /**
   * The official client for what the sidecar can do besides (secrets, locks, configuration). Loaded on first use, as it
   * costs 65 MB and half a second. Its HTTP calls return `{ error }` in places, and its bulk publish loses the failures
   * of single entries (it looks for `entryID`, daprd sends `entryId`): state and events go through the pool instead.
   */
  client(): Promise<DaprClient>
  close(): Promise<void>
}

export type CallOptions = { timeoutMs?: number }

const defaultTimeoutMs = 2000
const publishTimeoutMs = 10_000
const appOfResponse = new WeakMap<Response, string>()

/** One keep-alive pool to the own sidecar. Nothing is connected before the first call. */
export function createDapr(options: {
  config: Pick<BaseConfig, 'APP_ID' | 'DAPR_HTTP_PORT' | 'DAPR_API_TOKEN' | 'PUBSUB_NAME' | 'STATESTORE_NAME'>
  /** Loopback by default: a sidecar is in the same pod. */
  host?: string
  connections?: number
}): Dapr {
  const { config, host = '127.0.0.1', connections = 32 } = options
  const pool = new Pool(`http://${host}:${config.DAPR_HTTP_PORT}`, {
    connections,
    keepAliveTimeout: 60_000,
    connectTimeout: 1000,
  })
  const duration = histogram('dapr_call_duration_seconds', 'Calls to the sidecar', ['call', 'target', 'status'])
  let client: Promise<DaprClient> | undefined

  async function call(
    kind: 'invoke' | 'publish' | 'state' | 'health',
    target: string,
    request: { method: string; path: string; headers?: Record<string, string>; body?: string | Uint8Array | null },
    timeoutMs: number,
    signal?: AbortSignal | null,
  ): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; text: string }> {
    const context = currentContext()
    const span = startSpan(`${kind} ${target}`, {
      kind: kind === 'publish' ? 'producer' : 'client',
      attributes: { 'peer.service': target },
    })
    const startedAt = performance.now()
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await pool.request({
        method: request.method,
        path: request.path,
        headers: {
          ...request.headers,
          'dapr-api-token': config.DAPR_API_TOKEN,
          traceparent: formatTraceparent(span.context),
          ...(context?.requestId !== undefined && { 'x-request-id': context.requestId }),
        },
        body: request.body ?? null,
        signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      })
      const text = await response.body.text()
      duration.observe(
        { call: kind, target, status: String(response.statusCode) },
        (performance.now() - startedAt) / 1000,
      )
      span.setAttributes({ 'http.response.status_code': response.statusCode })
      span.end(response.statusCode >= 500 ? new Error(`status ${response.statusCode}`) : undefined)
      return { status: response.statusCode, headers: response.headers, text }
    } catch (error) {
      duration.observe({ call: kind, target, status: '0' }, (performance.now() - startedAt) / 1000)
      span.end(error)
      throw error
    }
  }

  async function ask(
    kind: 'publish' | 'state' | 'health',
    target: string,
    method: string,
    path: string,
    body: unknown,
    timeoutMs: number,
    contentType = 'application/json',
  ): Promise<{ status: number; text: string }> {
    try {
      return await call(
        kind,
        target,
        {
          method,
          path,
          ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': contentType } }),
        },
        timeoutMs,
      )
    } catch (error) {
      throw new DaprError(0, `${kind} ${target}: the sidecar does not answer`, error)
    }
  }

  async function expectOk(answer: Promise<{ status: number; text: string }>, what: string): Promise<string> {
    const { status, text } = await answer
    if (status < 200 || status > 299) throw new DaprError(status, `${what}: status ${status}: ${text.slice(0, 500)}`)
    return text
  }

  const statePath = `/v1.0/state/${encodeURIComponent(config.STATESTORE_NAME)}`
  const pubsub = encodeURIComponent(config.PUBSUB_NAME)

  return {
    fetchTo(app, { timeoutMs = defaultTimeoutMs, tries = 1 } = {}) {
      return async (input, init) => {
        const url = new URL(input instanceof Request ? input.url : input)
        const request = input instanceof Request ? input : undefined
        const headers = new Headers(init?.headers ?? request?.headers)
        const given = init?.body ?? (request ? await request.text() : undefined)
        const body = given === undefined || given === null ? null : await new Response(given as string).text()
        try {
          const answer = await lastOf(tries, init?.signal, () =>
            call(
              'invoke',
              app,
              {
                method: init?.method ?? request?.method ?? 'GET',
                path: `/v1.0/invoke/${encodeURIComponent(app)}/method${url.pathname}${url.search}`,
                headers: Object.fromEntries(headers),
                body,
              },
              timeoutMs,
              init?.signal,
            ),
          )
          const response = new Response([204, 205, 304].includes(answer.status) ? null : answer.text, {
            status: answer.status,
            headers: flatHeaders(answer.headers),
          })
          return rememberApp(response, app)
        } catch (error) {
          throw new NeighbourError(app, 0, 'no answer', error)
        }
      }
    },

    async publishBulk(topic, events, { timeoutMs = publishTimeoutMs } = {}) {
      if (events.length === 0) return { failed: [] }
      const entries = events.map((event) => ({
        entryId: event.id,
        event,
        contentType: 'application/cloudevents+json',
        // Kafka: what happens to one thing lies in one partition, in order. Other brokers take no notice.
        ...(event.subject !== undefined && { metadata: { partitionKey: event.subject } }),
      }))
      const path = `/v1.0/publish/bulk/${pubsub}/${encodeURIComponent(topic)}`
      const { status, text } = await ask('publish', topic, 'POST', path, entries, timeoutMs)
      if (status >= 200 && status <= 299) return { failed: [] }
      const failed = failedEntries(text).filter((id) => events.some((event) => event.id === id))
      if (failed.length === 0 || failed.length >= events.length) {
        throw new DaprError(status, `publish ${topic}: status ${status}: ${text.slice(0, 500)}`)
      }
      return { failed }
    },

    async publish(topic, event, { timeoutMs = publishTimeoutMs } = {}) {
      const path = `/v1.0/publish/${pubsub}/${encodeURIComponent(topic)}`
      const type = 'application/cloudevents+json'
      await expectOk(ask('publish', topic, 'POST', path, event, timeoutMs, type), `publish ${topic}`)
    },

    state: {
      async getBulk(keys, { timeoutMs = defaultTimeoutMs } = {}) {
        const found = new Map<string, unknown>()
        if (keys.length === 0) return found
        const body = { keys, parallelism: 20 }
        const text = await expectOk(ask('state', 'get', 'POST', `${statePath}/bulk`, body, timeoutMs), 'state get')
        const items = text === '' ? [] : (JSON.parse(text) as { key: string; data?: unknown; error?: string }[])
        for (const item of items) {
          if (item.error) throw new DaprError(500, `state get: ${item.error}`)
          if (item.data !== undefined && item.data !== null) found.set(item.key, item.data)
        }
        return found
      },
      async saveBulk(entries, { ttlInSeconds, timeoutMs = defaultTimeoutMs }) {
        if (entries.length === 0) return
        const metadata = { ttlInSeconds: String(Math.max(1, Math.ceil(ttlInSeconds))) }
        const body = entries.map(({ key, value }) => ({ key, value, metadata }))
        await expectOk(ask('state', 'save', 'POST', statePath, body, timeoutMs), 'state save')
      },
      async deleteBulk(keys, { timeoutMs = defaultTimeoutMs } = {}) {
        if (keys.length === 0) return
        const operations = keys.map((key) => ({ operation: 'delete', request: { key } }))
        const answer = ask('state', 'delete', 'POST', `${statePath}/transaction`, { operations }, timeoutMs)
        await expectOk(answer, 'state delete')
      },
    },

    async healthy() {
      await expectOk(ask('health', 'sidecar', 'GET', '/v1.0/healthz/outbound', undefined, 900), 'sidecar')
    },

    client() {
      client ??= import('@dapr/dapr').then(
        ({ DaprClient, LogLevel }) =>
          new DaprClient({
            daprHost: host,
            daprPort: String(config.DAPR_HTTP_PORT),
            daprApiToken: config.DAPR_API_TOKEN,
            logger: { level: LogLevel.Error },
          }),
      )
      return client
    },

    async close() {
      await pool.destroy()
      await (await client)?.stop()
    },
  }
}

/** What the first try that does not throw gives, or what the last one threw. */
async function lastOf<T>(tries: number, signal: AbortSignal | null | undefined, attempt: () => Promise<T>): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await attempt()
    } catch (error) {
      if (left <= 0 || signal?.aborted) throw error
    }
  }
}

/** Marks whose answer it is, for the errors of `read`. */
export function rememberApp(response: Response, app: string): Response {
  appOfResponse.set(response, app)
  return response
}

function failedEntries(text: string): string[] {
  try {
    const body = JSON.parse(text) as { failedEntries?: { entryId?: string }[] | null }
    return (body.failedEntries ?? []).flatMap((entry) => (entry.entryId === undefined ? [] : [entry.entryId]))
  } catch {
    return []
  }
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || name === 'content-length' || name === 'transfer-encoding' || name === 'connection')
      return []
    return Array.isArray(value) ? value.map((item): [string, string] => [name, item]) : [[name, value]]
  })
}

/**
 * The body of a neighbour's answer, parsed with the contract's schema: `await read(client.internal.people.$post(…), schema)`.
 * @throws NeighbourError if there is no answer, a status other than 2xx, or a body of another shape
 */
export async function read<S extends z.ZodType>(
  answer: Promise<Response | { json(): Promise<unknown> }>,
  schema: S,
): Promise<z.output<S>> {
  const response = (await answer) as Response
  const app = appOfResponse.get(response) ?? 'neighbour'
  if (!response.ok) {
    const text = await response.text().catch(() => '')
    throw new NeighbourError(app, response.status, `status ${response.status}: ${text.slice(0, 300)}`)
  }
  let body: unknown
  try {
    body = await response.json()
  } catch (error) {
    throw new NeighbourError(app, 502, 'its answer is no JSON', error)
  }
  const result = schema.safeParse(body)
  if (!result.success) throw new NeighbourError(app, 502, 'its answer has not the shape of the contract', result.error)
  return result.data
}
