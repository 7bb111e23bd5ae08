import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, Readable, Transform } from 'node:stream'
import type { KitEnv, Viewer } from '@daguerre/kit/http'
import { problem } from '@daguerre/kit/problem'
import { currentTraceparent } from '@daguerre/kit/telemetry'
import type { Context } from 'hono'
import type { Dispatcher } from 'undici'
import { answerFor, etagOf } from './answer.ts'
import { answeredHeaders, forwardedHeaders } from './headers.ts'
import type { createMicroCache, StoredAnswer } from './micro-cache.ts'
import type { Route } from './route-table.ts'
import type { Upstreams } from './upstreams.ts'

export interface ProxyDeps {
  upstreams: Upstreams
  microCache: ReturnType<typeof createMicroCache>
  publicUrl: string
  hasEnded(sessionId: string): Promise<boolean>
}

const plainTimeouts = { headersTimeout: 15_000, bodyTimeout: 15_000 }
// An upload's answer comes after its body; an event stream may be silent for long, and has its own heartbeat.
const streamTimeouts = { headersTimeout: 300_000, bodyTimeout: 300_000 }
// With the way of an event before it, who is suspended is out within a second.
const sessionCheckMs = 700
/** 1 MB in this time is a slow telephone line. */
const wholeBodyMs = 30_000
const streamKeeps = new Set(['if-none-match', 'range', 'if-range', 'if-modified-since'])
const none = new Set<string>()

/** Passes a request on to the service that owns the route, and its answer back. */
export async function proxy(
  deps: ProxyDeps,
  c: Context<KitEnv>,
  { route, viewer, address }: { route: Route; viewer: Viewer | null; address: string },
): Promise<Response> {
  if (route.stream) return await passThrough(deps, c, route, viewer, address)

  function ask(): Promise<StoredAnswer> {
    return askUpstream(deps, c, route, viewer, address)
  }
  const stored =
    route.microCacheSeconds > 0 && !viewer && c.req.method !== 'POST'
      ? await deps.microCache(c.req.url, route.microCacheSeconds, ask).then(({ answer }) => answer)
      : await ask()
  return await answerFor(stored, {
    method: c.req.method,
    ifNoneMatch: c.req.header('if-none-match'),
    acceptEncoding: c.req.header('accept-encoding'),
  })
}

async function askUpstream(
  deps: ProxyDeps,
  c: Context<KitEnv>,
  route: Route,
  viewer: Viewer | null,
  address: string,
): Promise<StoredAnswer> {
  // One answer may serve many who wait for it, so one who leaves does not end it.
  const shared = route.microCacheSeconds > 0 && !viewer
  const signal = shared ? null : leaving(c)
  const response = await send(deps, c, route, address, { ...plainTimeouts, signal })
  const body = Buffer.from(
    await response.body.arrayBuffer().catch((error: unknown) => {
      throw upstreamProblem(route.service, error, signal)
    }),
  )
  const headers = answeredHeaders(response.headers).filter(([name]) => name !== 'content-length')
  if (route.method === 'GET' && response.statusCode === 200) {
    const { etag, 'cache-control': caching } = response.headers
    if (etag === undefined) headers.push(['etag', etagOf(body)])
    if (caching === undefined) headers.push(['cache-control', viewer ? 'private, no-cache' : 'no-cache'])
    headers.push(['vary', 'authorization'])
  }
  return { status: response.statusCode, headers, body }
}

type Leaving = EventEmitter & { hasLeft: boolean }

/** Emits `abort` when the client leaves before its answer is there; to undici as good as an AbortSignal, at a tenth of its price. */
function leaving(c: Context<KitEnv>): Leaving {
  const { outgoing } = c.env as { outgoing: ServerResponse }
  const signal: Leaving = Object.assign(new EventEmitter(), { hasLeft: false })
  outgoing.once('close', () => {
    if (outgoing.writableFinished) return
    signal.hasLeft = true
    signal.emit('abort')
  })
  return signal
}

async function passThrough(
  deps: ProxyDeps,
  c: Context<KitEnv>,
  route: Route,
  viewer: Viewer | null,
  address: string,
): Promise<Response> {
  const response = await send(deps, c, route, address, { ...streamTimeouts, signal: leaving(c) })
  const headers = new Headers(answeredHeaders(response.headers))
  if (c.req.method === 'HEAD' || [204, 304].includes(response.statusCode)) {
    await response.body.dump()
    return new Response(null, { status: response.statusCode, headers })
  }
  const isLive = viewer && headers.get('content-type')?.startsWith('text/event-stream')
  const body = isLive ? untilSessionEnds(response.body, () => deps.hasEnded(viewer.sessionId)) : response.body
  return new Response(Readable.toWeb(body) as ReadableStream, { status: response.statusCode, headers })
}

/** An event stream outlives the check that let it in, so it is asked again as long as it is open. */
function untilSessionEnds(body: Readable, hasEnded: () => Promise<boolean>): Readable {
  const open = new PassThrough()
  async function check(): Promise<void> {
    if (!(await hasEnded())) return
    body.unpipe(open)
    open.end()
  }
  const timer = setInterval(() => void check(), sessionCheckMs)
  body.on('error', (error) => {
    if (!open.writableEnded) open.destroy(error)
  })
  open.once('close', () => {
    clearInterval(timer)
    body.destroy()
  })
  return body.pipe(open)
}

async function send(
  deps: ProxyDeps,
  c: Context<KitEnv>,
  route: Route,
  address: string,
  options: { headersTimeout: number; bodyTimeout: number; signal: Leaving | null },
): Promise<Dispatcher.ResponseData> {
  const incoming = (c.env as { incoming: IncomingMessage }).incoming
  const { body, isTooLarge } = route.stream
    ? streamedBody(incoming, route.bodyLimit)
    : { body: await wholeBody(incoming, route), isTooLarge: () => false }
  // Without a stream the body must be whole here, so HEAD is asked as GET: the validator is made from it.
  const method = c.req.method === 'HEAD' && !route.stream ? 'GET' : c.req.method
  const url = new URL(c.req.url)
  const traceparent = currentTraceparent()
  const { host, 'content-length': length } = incoming.headers
  try {
    return await deps.upstreams.request(
      route.service,
      {
        ...options,
        method,
        path: url.pathname + url.search,
        body,
        headers: {
          ...forwardedHeaders(headersOf(incoming), incoming.headers.connection, route.stream ? streamKeeps : none),
          ...(route.stream && body && length ? { 'content-length': length } : {}),
          'x-request-id': c.get('requestId'),
          'x-forwarded-for': address,
          'x-forwarded-proto': deps.publicUrl.startsWith('https:') ? 'https' : 'http',
          ...(host ? { 'x-forwarded-host': host } : {}),
          ...(traceparent ? { traceparent } : {}),
        },
      },
      { stream: route.stream },
    )
  } catch (error) {
    if (isTooLarge()) throw bodyTooLarge(route.bodyLimit)
    throw upstreamProblem(route.service, error, options.signal)
  }
}

function* headersOf(incoming: IncomingMessage): Generator<[string, string]> {
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) yield [name, Array.isArray(value) ? value.join(', ') : value]
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function checkDeclared({ headers }: IncomingMessage, limit: number): void {
  // Node refuses a message that has both, and one that is longer than it says.
  if (Number(headers['content-length'] ?? 0) > limit) throw bodyTooLarge(limit)
}

/** A small body is taken in whole before the service is asked: who sends slowly holds no connection to it. */
async function wholeBody(incoming: IncomingMessage, route: Route): Promise<Buffer | null> {
  if (route.method === 'GET' || route.method === 'HEAD' || !hasBody(incoming)) return null
  checkDeclared(incoming, route.bodyLimit)
  const body = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let bytes = 0
  function take(chunk: Buffer): void {
    bytes += chunk.length
    if (bytes > route.bodyLimit) return body.reject(bodyTooLarge(route.bodyLimit))
    chunks.push(chunk)
  }
  function left(): void {
    body.reject(clientLeft())
  }
  const timer = setTimeout(() => {
    body.reject(
      problem(408, 'request.too_slow', 'The body did not come in time.', { headers: { connection: 'close' } }),
    )
  }, wholeBodyMs)
  incoming.on('data', take).once('error', left).once('close', left)
  incoming.once('end', () => body.resolve(Buffer.concat(chunks)))
  try {
    return await body.promise
  } finally {
    clearTimeout(timer)
    incoming.off('data', take)
  }
}

// Never buffered: the socket flows to the service; a body without a declared length is counted on its way.
function streamedBody(incoming: IncomingMessage, limit: number): { body: Readable | null; isTooLarge: () => boolean } {
  if (!hasBody(incoming)) return { body: null, isTooLarge: () => false }
  checkDeclared(incoming, limit)
  let bytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      done(bytes > limit ? new Error('body over the limit') : null, chunk)
    },
  })
  incoming.on('error', (error) => counted.destroy(error))
  incoming.on('aborted', () => counted.destroy(new Error('the client went away')))
  // A service that answers before it has read all has this stream destroyed. The client's connection must live on: its
  // answer is still on the way, and most clients look for it only when they have sent everything.
  counted.once('close', () => {
    if (!incoming.readableEnded && bytes <= limit) incoming.resume()
  })
  return { body: incoming.pipe(counted), isTooLarge: () => bytes > limit }
}

// nginx's status for it: nobody reads this answer, but it is no fault of ours in logs and metrics.
function clientLeft() {
  return problem(499, 'request.client_left', 'The client left before the answer.')
}

function bodyTooLarge(limit: number) {
  return problem(413, 'request.too_large', `The body may have at most ${limit} bytes.`, {
    headers: { connection: 'close' },
  })
}

function upstreamProblem(service: string, cause: unknown, signal: Leaving | null) {
  if (signal?.hasLeft) return clientLeft()
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  const timedOut = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
  return timedOut
    ? problem(504, `${service}.timeout`, 'The answer took too long. Try again.', {
        headers: { 'retry-after': '2' },
        cause,
      })
    : problem(503, `${service}.unavailable`, 'This part of the service does not answer right now. Try again.', {
        headers: { 'retry-after': '1' },
        cause,
      })
}
