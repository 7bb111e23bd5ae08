import createFetchClient, { type MaybeOptionalInit } from 'openapi-fetch'
import { AccountRequired, errorOfBody, type Problem, RegistrationWaits, SecondFactorRequired } from './errors.ts'
import type { LiveEvent, LiveOptions } from './events.ts'
import { newId } from './id.ts'
import { type Page, type Pages, paginate } from './paginate.ts'
import { defaultRetryPolicy, pause, type RetryPolicy, withRetries } from './retry.ts'
import { type components, idempotentPosts, type paths } from './schema.ts'
import { bearOnly, keepSession, type SessionKeeper } from './session.ts'
import { memoryStore, type Session, type TokenStore } from './token-store.ts'
import type { Media, UploadOptions } from './upload.ts'

type Schemas = components['schemas']
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type PathsOf<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths]

type Json<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : undefined
type Answer<Operation> = Operation extends { responses: infer Responses }
  ? Json<Responses[keyof Responses & (200 | 201 | 204)]>
  : never

type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T]
type Parameters<Init> = RequiredKeys<Init> extends never ? [init?: Init] : [init: Init]

/** Asks and gives the answer's body. @throws ApiError, ConnectionError */
export type Call<M extends Method> = <P extends PathsOf<M>>(
  path: P,
  ...init: Parameters<MaybeOptionalInit<paths[P], M>>
) => Promise<Answer<paths[P][M]>>

type ListPath = {
  [P in PathsOf<'get'>]: Answer<paths[P]['get']> extends Page<unknown> ? P : never
}[PathsOf<'get'>]
type ItemOf<P extends ListPath> = Answer<paths[P]['get']> extends { items: (infer Item)[] } ? Item : never

export interface ClientOptions {
  /** Where the gateway is, without `/api/v1`; in a browser the page's own origin if nothing is said. */
  baseUrl?: string
  store?: TokenStore
  /** A personal token (`dgp_…`), with which everything is asked in place of a session. */
  token?: string
  fetch?: typeof globalThis.fetch
  retry?: Partial<RetryPolicy>
  /**
   * Asks who is signed in to say again who they are, where the server wants that before something dangerous, and resolves to whether
   * `auth/reauthenticate` has let them. The request is then sent once more.
   */
  reauthenticate?: () => Promise<boolean>
}

export interface Client {
  get: Call<'get'>
  post: Call<'post'>
  put: Call<'put'>
  patch: Call<'patch'>
  delete: Call<'delete'>
  session: Pick<SessionKeeper, 'current' | 'subscribe'>
  /** Makes an account and signs in. @throws RegistrationWaits where moderators are to approve it first */
  register(input: Schemas['Registration']): Promise<Session>
  /** @throws SecondFactorRequired where the password is not enough: then `completeLogin` */
  login(input: Schemas['Credentials']): Promise<Session>
  /** The second step, by a code or a passkey. */
  completeLogin(input: Schemas['SecondFactor']): Promise<Session>
  /** Signs in by a passkey alone. */
  loginByPasskey(input: Schemas['PasskeySignIn']): Promise<Session>
  /**
   * Signs in by what a provider has sent back to /sign-in/{provider}, in the browser that was sent there by `auth/login/provider/begin`.
   * @throws SecondFactorRequired, AccountRequired
   */
  loginByProvider(input: Schemas['ProviderAnswer']): Promise<Session>
  /** Makes an account for who has come from a provider, and signs in. @throws RegistrationWaits as `register` */
  registerByProvider(input: Schemas['NewcomerRegistration']): Promise<Session>
  /** Ends the session here, and on the server if it can be reached. */
  logout(): Promise<void>
  /** Has another access token made: what its holder may do has changed. */
  renew(): Promise<void>
  /** A whole list as an async iterator over its items. */
  paginate<P extends ListPath>(path: P, ...init: Parameters<MaybeOptionalInit<paths[P], 'get'>>): Pages<ItemOf<P>>
  /** Stores a photo; its variants follow, see `mediaReady`. */
  upload(file: Blob, options?: UploadOptions): Promise<Media>
  /** Waits until a photo is `ready` or `failed`. */
  mediaReady(id: string, options?: { signal?: AbortSignal }): Promise<Media>
  /** Notifications as they come; connects again by itself. */
  live(options?: LiveOptions): AsyncIterable<LiveEvent>
}

/** POST requests that change nothing when they are repeated. */
const harmlessPosts: ReadonlySet<string> = new Set<PathsOf<'post'>>([
  '/api/v1/posts/{id}/like',
  '/api/v1/comments/{id}/like',
  '/api/v1/notifications/read',
  '/api/v1/notifications/{id}/read',
  '/api/v1/media/uploads/{id}/complete',
  '/api/v1/exports',
  '/api/v1/exports/{id}/link',
  '/api/v1/archives',
  '/api/v1/archives/{id}/complete',
])
const repeatableMethods = new Set(['GET', 'HEAD', 'PUT', 'DELETE'])
const withoutToken = /\/auth\/(?:login(?:\/.+)?|register(?:\/.+)?|refresh)$/

export function createClient(options: ClientOptions = {}): Client {
  const baseUrl = (options.baseUrl ?? globalThis.location?.origin ?? '').replace(/\/$/, '')
  const policy: RetryPolicy = { ...defaultRetryPolicy, ...options.retry }
  // Looked up at each call, so that what instruments fetch later is heeded.
  function fetch(request: Request): Promise<Response> {
    return (options.fetch ?? globalThis.fetch)(request)
  }
  const session =
    options.token === undefined
      ? keepSession({ baseUrl, fetch, store: options.store ?? memoryStore(), policy })
      : bearOnly(options.token)
  const context = { baseUrl, fetch, session, policy }
  const repeatablePosts = new WeakSet<Request>()

  async function authorised(request: Request): Promise<Response> {
    if (withoutToken.test(new URL(request.url).pathname)) return await fetch(request.clone())
    const token = await session.accessToken()
    const response = await fetch(bearing(request, token))
    if (response.status !== 401 || token === null) return response
    const renewed = await session.renew(token)
    return renewed === null ? response : await fetch(bearing(request, renewed))
  }

  const raw = createFetchClient<paths>({
    baseUrl,
    fetch: (request) =>
      withRetries(() => authorised(request), {
        repeatable: repeatableMethods.has(request.method) || repeatablePosts.has(request),
        policy,
        signal: request.signal,
      }),
  })
  raw.use({
    onRequest({ request, schemaPath }) {
      if (request.method !== 'POST') return
      const takesKey = idempotentPosts.has(schemaPath)
      if (takesKey && !request.headers.has('idempotency-key')) {
        request.headers.set('idempotency-key', newId())
      }
      if (takesKey || harmlessPosts.has(schemaPath)) repeatablePosts.add(request)
    },
  })

  // The types of raw are per method and path; Call says the same to who calls us.
  function caller<M extends Method>(method: M): Call<M> {
    return (async (path: string, init?: object) => {
      const ask = raw[method.toUpperCase() as 'GET'] as unknown as (
        path: string,
        init?: object,
      ) => Promise<{ data?: unknown; error?: unknown; response: Response }>
      let { data, error, response } = await ask(path, init)
      const isAsked = (error as Partial<Problem> | undefined)?.code === 'auth.reauthentication_required'
      if (isAsked && (await options.reauthenticate?.())) ({ data, error, response } = await ask(path, init))
      if (!response.ok) throw errorOfBody(response.status, error, response.headers.get('retry-after'))
      return data
    }) as unknown as Call<M>
  }
  const get = caller('get')
  const post = caller('post')

  function registered(answer: Schemas['SignedIn'] | Schemas['RegistrationWaits']): Session {
    if ('waitsFor' in answer) throw new RegistrationWaits(answer)
    return session.begin(answer)
  }

  return {
    get,
    post,
    put: caller('put'),
    patch: caller('patch'),
    delete: caller('delete'),
    session,
    register: async (body) => registered(await post('/api/v1/auth/register', { body })),
    async login(body) {
      // 202 with a challenge is no less an answer than 200.
      const answer = (await post('/api/v1/auth/login', { body })) as Schemas['SignedIn'] | Schemas['SignInChallenge']
      if ('challenge' in answer) throw new SecondFactorRequired(answer)
      return session.begin(answer)
    },
    completeLogin: async (body) => session.begin(await post('/api/v1/auth/login/second-factor', { body })),
    loginByPasskey: async (body) => session.begin(await post('/api/v1/auth/login/passkey', { body })),
    async loginByProvider(body) {
      const answer = (await post('/api/v1/auth/login/provider', { body })) as
        | Schemas['SignedIn']
        | Schemas['ProviderChallenge']
      if ('challenge' in answer) throw new SecondFactorRequired(answer)
      if ('newcomer' in answer) throw new AccountRequired(answer)
      return session.begin(answer)
    },
    registerByProvider: async (body) => registered(await post('/api/v1/auth/register/provider', { body })),
    async logout() {
      const kept = session.current()
      const token = await session.accessToken().catch(() => kept?.accessToken ?? null)
      // First here: what is under way is given up by who hears of it, before the server refuses it.
      session.end()
      if (token === null) return
      const request = bearing(new Request(`${baseUrl}/api/v1/auth/logout`, { method: 'POST' }), token)
      await withRetries(() => fetch(request.clone()), { repeatable: true, policy }).catch(() => {})
    },
    async renew() {
      const token = await session.accessToken()
      if (token !== null) await session.renew(token)
    },
    paginate(path, ...[init]) {
      // Which of the lists it is, only the caller knows.
      const ask = get as unknown as (path: string, init: object) => Promise<Page<never>>
      const params: { query?: object } | undefined = init?.params
      return paginate((cursor) =>
        ask(path, { ...init, params: { ...params, query: { ...params?.query, ...(cursor ? { cursor } : {}) } } }),
      )
    },
    // What not every page needs is loaded when it is needed.
    async upload(file, uploadOptions = {}) {
      const { uploadMedia } = await import('./upload.ts')
      return await uploadMedia(context, file, uploadOptions)
    },
    async mediaReady(id, { signal } = {}) {
      for (let waitMs = 250; ; waitMs = Math.min(2_000, waitMs * 1.5)) {
        const media = await get('/api/v1/media/{id}', { params: { path: { id } }, ...(signal ? { signal } : {}) })
        if (media.state === 'ready' || media.state === 'failed') return media
        await pause(waitMs, signal)
      }
    },
    async *live(liveOptions = {}) {
      const { liveEvents } = await import('./events.ts')
      yield* liveEvents(context, liveOptions)
    },
  }
}

function bearing(request: Request, token: string | null): Request {
  const copy = request.clone()
  if (token !== null) copy.headers.set('authorization', `Bearer ${token}`)
  return copy
}
