import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Context, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import type { Distribution } from './distribution.ts'
import { emOf, type KitEnv, maybeViewerOf, requireViewer } from './http.ts'
import { query } from './postgres.ts'
import { conflict, problem } from './problem.ts'
import { deriveKeys, type Secrets } from './secret.ts'

/** Statements for a service's migration: the table of answers that can be given again. */
export const idempotencySql: readonly string[] = [
  `create table idempotency_key (
    scope text not null,
    key_hash bytea not null,
    request_hash bytea not null,
    status integer,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (scope, key_hash)
  )`,
  'create index idempotency_key_created_at on idempotency_key (created_at)',
]

export const idempotencyDistribution: Distribution = {
  tables: { idempotency_key: { by: 'scope', of: 'scope' } },
  allShards: {
    'prune-idempotency': { why: 'an hourly job: keys of yesterday are everywhere' },
  },
}

type Stored = { request_hash: Buffer; status: number | null; headers: Record<string, string>; body: Buffer }

const keptHeaders = ['content-type', 'location']

/** In place of an answer's status: what it told of is deleted. */
const gone = 410

class RollBack extends Error {}

/**
 * Middleware for creating POSTs (after `requireViewer`, see `signedInIdempotent`). With an `Idempotency-Key` the handler
 * runs in one transaction (`emOf(c)` is its EntityManager; own `em.transactional` calls become savepoints), and its
 * answer is stored in the same transaction and given again for 24 hours, marked `Idempotency-Replayed: true`. A
 * duplicate sent meanwhile waits. Errors roll everything back and store nothing. Without the header it does nothing.
 * The handler must not call other services (see `idempotentAfter`), and must do what has no transaction after its own
 * writes.
 * @throws Problem 422 `idempotency.key_invalid`, 422 `idempotency.key_reused`, 409 `idempotency.in_progress`, 409 `idempotency.gone`
 */
export const idempotent: MiddlewareHandler<KitEnv> = createMiddleware<KitEnv>(async (c, next) => {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return next()
  c.res = await runOnce(c, identify(c, key, await digestOf(c)), async () => {
    await next()
    return c.res
  })
})

/** Spread into `createRoute` of a creating POST: signed in, and idempotent by key. */
export const signedInIdempotent = { middleware: [requireViewer, idempotent], security: [{ bearer: [] as string[] }] }

/**
 * The same for handlers whose body is streamed: they know what was sent only in the end, so the handler calls this
 * with its own digest. The work in `run` must be quick: it holds a transaction.
 * @param digest what makes two requests the same, e.g. the hash of the bytes that were received
 */
export async function idempotentWith(
  c: Context<KitEnv>,
  digest: string | Uint8Array,
  run: () => Promise<Response>,
): Promise<Response> {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return run()
  return runOnce(c, identify(c, key, digest), run)
}

/**
 * The same for handlers that ask other services before they write: `prepare` asks and holds no connection, however long a
 * neighbour takes; `run` writes, in the transaction. What was answered before is answered again without either.
 */
export async function idempotentAfter<Prepared, Answer extends Response>(
  c: Context,
  prepare: () => Promise<Prepared>,
  run: (prepared: Prepared) => Promise<Answer>,
): Promise<Answer> {
  const context = c as Context<KitEnv>
  const key = c.req.header('idempotency-key')
  if (key === undefined) return run(await prepare())
  const request = identify(context, key, await digestOf(context))
  const before = await replay(emOf(c), request)
  if (before) return before as Answer
  const prepared = await prepare()
  return (await runOnce(context, request, () => run(prepared))) as Answer
}

// Read from a copy in Hono's cache: validators read the same bytes again.
async function digestOf(c: Context<KitEnv>): Promise<Buffer> {
  return createHash('sha256')
    .update(c.req.header('content-type') ?? '')
    .update('\0')
    .update(new Uint8Array(await c.req.arrayBuffer()))
    .digest()
}

type Identity = { scope: string; keyHash: Buffer; digest: string | Uint8Array; seals: Seals }

/** Whose request it is and what it asks for. @throws Problem 422 `idempotency.key_invalid` */
function identify(c: Context<KitEnv>, key: string, digest: string | Uint8Array): Identity {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw problem(422, 'idempotency.key_invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters.', {
      errors: [{ parameter: 'Idempotency-Key', detail: 'must be 1 to 255 visible ASCII characters' }],
    })
  }
  const scope = answerScope(maybeViewerOf(c)?.id ?? 'anonymous', c.req.method, routePath(c, -1))
  const keyHash = createHash('sha256').update(key).digest()
  return { scope, keyHash, digest, seals: sealsWith(c.get('kit').config, key, scope) }
}

async function runOnce(c: Context<KitEnv>, request: Identity, run: () => Promise<Response>): Promise<Response> {
  const outer = emOf(c)
  let refused: Response | undefined
  try {
    return await outer.transactional(async (em) => {
      if (!(await claim(em, request))) {
        const before = await replay(em, request)
        if (before) return before
        throw conflict('idempotency.in_progress', 'A request with this Idempotency-Key is still in work. Try again.')
      }
      c.set('em', em)
      const response = await run()
      if (response.status >= 400 || c.error) {
        refused = response
        throw new RollBack()
      }
      await store(em, request, response)
      return response
    })
  } catch (error) {
    if (error instanceof RollBack && refused) return refused
    if ((error as { code?: string }).code === '55P03') {
      throw conflict('idempotency.in_progress', 'A request with this Idempotency-Key is still in work. Try again.')
    }
    throw error
  } finally {
    c.set('em', outer)
  }
}

/** Takes the key for this transaction; waits for another that holds it. False if it was used before. */
async function claim(em: EntityManager, { scope, keyHash, digest, seals }: Identity): Promise<boolean> {
  await query(em, "set local lock_timeout = '10s'")
  const rows = await query(
    em,
    `insert into idempotency_key (scope, key_hash, request_hash) values (?, ?, ?)
     on conflict (scope, key_hash) do update
       set request_hash = excluded.request_hash, status = null, headers = null, body = null, created_at = now()
       where idempotency_key.created_at < now() - interval '24 hours'
     returning 1 as claimed`,
    [scope, keyHash, seals[0].digest(digest)],
  )
  await query(em, 'set local lock_timeout = 0')
  return rows.length > 0
}

/** The stored answer; undefined if there is none. @throws Problem 422 `idempotency.key_reused` */
async function replay(em: EntityManager, { scope, keyHash, digest, seals }: Identity): Promise<Response | undefined> {
  const [stored] = await query<Stored>(
    em,
    `select request_hash, status, headers, body from idempotency_key
     where scope = ? and key_hash = ? and created_at >= now() - interval '24 hours'`,
    [scope, keyHash],
  )
  if (!stored || stored.status === null) return undefined
  if (stored.status === gone) throw conflict('idempotency.gone', 'What this request made has been deleted since.')
  const seal = seals.find((each) => each.opens(stored.body))
  // A replica whose SECRET_KEY is newer has stored it. It will answer; to say that the key was used otherwise would be wrong.
  if (!seal) throw conflict('idempotency.in_progress', 'This request is in work elsewhere. Try again.')
  if (!stored.request_hash.equals(seal.digest(digest))) {
    throw problem(422, 'idempotency.key_reused', 'This Idempotency-Key was used with another request.', {
      errors: [{ parameter: 'Idempotency-Key', detail: 'was used with another request' }],
    })
  }
  const body = seal.open(stored.body)
  return new Response(body.length > 0 ? new Uint8Array(body) : null, {
    status: stored.status,
    headers: { ...stored.headers, 'idempotency-replayed': 'true' },
  })
}

async function store(em: EntityManager, { scope, keyHash, seals }: Identity, response: Response): Promise<void> {
  const body = Buffer.from(await response.clone().arrayBuffer())
  const headers = Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = response.headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
  await query(
    em,
    'update idempotency_key set status = ?, headers = ?::jsonb, body = ? where scope = ? and key_hash = ?',
    [response.status, JSON.stringify(headers), seals[0].close(body), scope, keyHash],
  )
}

type Seal = {
  close(plain: Buffer): Buffer
  /** @throws Error if it was closed with another */
  open(sealed: Buffer): Buffer
  opens(sealed: Buffer): boolean
  /** A keyed hash: of a request with a password, a plain one could be searched for by whoever has the table. */
  digest(content: string | Uint8Array): Buffer
}

type Seals = readonly [Seal, ...Seal[]]

// Answers can hold tokens (registration), so they can be read only by who has both the key that was sent and SECRET_KEY.
function sealsWith(secrets: Secrets, rawKey: string, scope: string): Seals {
  const [first, ...rest] = deriveKeys(secrets, 'daguerre/idempotency', rawKey)
  return [sealWith(first, scope), ...rest.map((key) => sealWith(key, scope))]
}

function sealWith(key: Buffer, scope: string): Seal {
  function open(sealed: Buffer): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(scope))
    decipher.setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  }
  return {
    open,
    opens(sealed) {
      try {
        open(sealed)
        return true
      } catch {
        return false
      }
    },
    digest: (content) => createHmac('sha256', key).update('request\0').update(content).digest(),
    close(plain) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(scope))
      return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
  }
}

/**
 * Forgets what was answered when things were made that are deleted now: the same request again is refused, so that it neither shows them
 * nor makes them anew.
 * @param scopes who made them, and by which requests: `answerScope`
 * @param locations of the things
 */
export async function forgetAnswers(
  em: EntityManager,
  { scopes, locations }: { scopes: readonly string[]; locations: readonly string[] },
): Promise<void> {
  if (scopes.length === 0 || locations.length === 0) return
  await query(
    em,
    `update idempotency_key set status = ${gone}, headers = '{}', body = ''
      where scope = any(?::text[]) and headers->>'location' = any(?::text[])`,
    [scopes, locations],
  )
}

/** What somebody's stored answers of one route are kept under. @param path as the route has it, with `:id` */
export function answerScope(personId: string, method: string, path: string): string {
  return `${personId} ${method} ${path}`
}

/** Deletes keys older than 24 hours; run it by `startJob`, hourly. @returns how many */
export async function pruneIdempotency(em: EntityManager): Promise<number> {
  const rows = await query(
    em,
    "/* all shards: prune-idempotency */ delete from idempotency_key where created_at < now() - interval '24 hours' returning 1 as gone",
  )
  return rows.length
}
