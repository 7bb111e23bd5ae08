import { Migration as OrmMigration, Migrator } from '@mikro-orm/migrations'
import { type EntityManager, MikroORM, type Options } from '@mikro-orm/postgresql'
import pg from 'pg'
import type { Logger } from './log.ts'
import { gauge } from './metrics.ts'
import { MigrateError } from './migrate.ts'

export { defineEntity, p } from '@mikro-orm/core'
export type { EntityManager, MikroORM } from '@mikro-orm/postgresql'

/** A step of the schema: `up()` calls `addSql`. It must work while the version before it still runs. */
export abstract class Migration extends OrmMigration {
  /** Of one that takes away: why nothing that may still run needs it. `npm run check migrations` asks for it. */
  readonly contract?: string
}

type Entities = NonNullable<Options['entities']>
type Migrations = NonNullable<NonNullable<Options['migrations']>['migrationsList']>

export type OrmOptions = {
  url: string
  entities: Entities
  /** In order; classes or `{ name, class }`. Give `name` where the bundler may rename classes. */
  migrations?: Migrations
  poolMax?: number
  /** For migrations: as long as they take, but they wait 5 s at most for a lock, as others wait behind them. */
  migrates?: boolean
  /** Shown by PostgreSQL as `application_name`. */
  service: string
  /** Gets the ORM's warnings; they are dropped without it. */
  log?: Logger
}

/**
 * MikroORM on PostgreSQL: explicit entities and migrations, no discovery of files, no cache files, and no global
 * EntityManager (fork one per request, message or job). An entity:
 * ```ts
 * export const Note = defineEntity({
 *   name: 'Note',
 *   tableName: 'note',
 *   properties: {
 *     id: p.uuid().primary(),
 *     text: p.string().columnType('text'),
 *     version: p.integer().version(), // optimistic locking; the column needs `default 1`
 *     createdAt: p.datetime().onCreate(() => new Date()),
 *   },
 * });
 * export type Note = InferEntity<typeof Note>; // type from @mikro-orm/core
 * // em.create(Note, { … }); await em.flush(); await em.findOne(Note, { id })
 * ```
 * Connects on first use, so that a start does not wait for the database.
 */
export function createOrm(options: OrmOptions): MikroORM {
  return new MikroORM({
    clientUrl: options.url,
    entities: options.entities,
    // The flush at the end of a transaction is enough; a flush before each query costs and hides mistakes.
    flushMode: 'commit',
    allowGlobalContext: false,
    colors: false,
    logger: (message) => options.log?.warn(message),
    metadataCache: { enabled: false },
    // A service whose statements are all SQL has no entities.
    discovery: { warnWhenNoEntities: false },
    // Asked for at the first connection otherwise: a start would need the database, and make it where it is not.
    ensureDatabase: false,
    pool: { min: 0, max: options.poolMax ?? 10, idleTimeoutMillis: 30_000 },
    driverOptions: {
      types: typeParsers(),
      application_name: options.service,
      connectionTimeoutMillis: 5000,
      // The ORM takes host, user and database from the URL itself, and leaves out what it says of TLS.
      connectionString: options.url,
      // A query that takes longer is a mistake or a lock; either should not hold a request for ever.
      ...(options.migrates ? { lock_timeout: lockMs } : { statement_timeout: 15_000 }),
      idle_in_transaction_session_timeout: 60_000,
    },
    extensions: [Migrator],
    migrations: {
      migrationsList: options.migrations ?? [],
      tableName: 'migration',
      silent: true,
      snapshot: false,
      snapshotOnMigrate: false,
      disableForeignKeys: false,
      // Each in a transaction of its own, so that one can do without (an index made concurrently).
      allOrNothing: false,
    },
  })
}

// MikroORM leaves points in time as text to its entities' hydration, which takes a Date as well; `query` has no hydration.
function typeParsers(): pg.TypeOverrides {
  const types = new pg.TypeOverrides()
  const { DATE, TIMESTAMP, INTERVAL, TIMESTAMPTZ } = pg.types.builtins
  for (const oid of [DATE, TIMESTAMP, INTERVAL]) types.setTypeParser(oid, (text: string) => text)
  types.setTypeParser(TIMESTAMPTZ, pg.types.getTypeParser(TIMESTAMPTZ))
  return types
}

const migrationLock = 7_240_913_301
const lockMs = 5000
const lockTries = 12

/**
 * Runs the migrations that are missing, under an advisory lock: several may start at once. One that does not get a lock
 * soon (`migrates` of `createOrm`) lets go and tries again, so that the queries behind it go on.
 * @returns names of those run
 * @throws MigrateError naming the one that failed; it is undone, and those before it stay
 */
export async function runMigrations(orm: MikroORM, say: (line: string) => void = () => {}): Promise<string[]> {
  const client = new pg.Client({ connectionString: orm.config.get('clientUrl') })
  await client.connect()
  const done: string[] = []
  let current: string | undefined
  const { migrator } = orm
  migrator.on('migrating', ({ name }) => void (current = name))
  migrator.on('migrated', ({ name }) => void done.push(name))
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    for (let tries = 1; ; tries += 1) {
      try {
        await migrator.up()
        return done
      } catch (error) {
        if (current === undefined) throw error
        if (!isLockTimeout(error) || tries >= lockTries) throw failed(current, error)
        say(`migration ${current} waits for a lock that something else holds, and tries again`)
        await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 1000))
      }
    }
  } finally {
    // Closing the session releases the lock, also after an error.
    await client.end()
  }
}

function failed(migration: string, error: unknown): MigrateError {
  let deepest = error
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause
  const { message, code } = deepest as Error & { code?: string }
  return new MigrateError(`migration ${migration} failed: ${message}${code ? ` (${code})` : ''}`, { cause: error })
}

function isLockTimeout(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ((current as { code?: unknown }).code === '55P03') return true
  }
  return false
}

const translated = new Map<string, string>()

/** `?` → `$1`, `$2` …, outside of quotes; `\\?` stays a question mark. */
function numbered(sql: string): string {
  const known = translated.get(sql)
  if (known !== undefined) return known
  let index = 0
  const result = sql.replaceAll(/'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\\\?|\?/g, (part) => {
    if (part === '\\?') return '?'
    if (part !== '?') return part
    index += 1
    return `$${index}`
  })
  if (translated.size < 1000) translated.set(sql, result)
  return result
}

/**
 * Runs SQL in the transaction of this EntityManager, if it is in one. Values are bound (`?`), never put into the text, as
 * `em.execute` of MikroORM does: arrays become PostgreSQL arrays (`id = any(?)`); for json pass `JSON.stringify(value)`
 * and cast. Rows have the columns as they are named; bigint, numeric and timestamptz come as text (`new Date(text)` reads the
 * latter; entities have real Dates).
 */
export async function query<T extends object = Record<string, unknown>>(
  em: EntityManager,
  sql: string,
  params: readonly unknown[] = [],
): Promise<T[]> {
  const executor = em.getKysely<Record<string, never>>()
  const text = numbered(sql)
  const { rows } = await executor.executeQuery<T>({
    sql: text,
    parameters: params,
    query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
    queryId: { queryId: text },
  } as never)
  return rows
}

/** Whether it is a violation of a unique constraint (SQLSTATE 23505), of that name if given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; current = current.cause, depth += 1) {
    const { code, constraint: name } = current as { code?: unknown; constraint?: unknown }
    if (code === '23505') return constraint === undefined || name === constraint
  }
  return false
}

/** For `checks` of `createHttpApp`: resolves if the database answers. */
export function postgresCheck(orm: MikroORM): () => Promise<void> {
  return async () => {
    await query(orm.em.fork(), 'select 1')
  }
}

/** Resolves if this database lets us in, by a connection of its own. */
export async function askPostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
  } finally {
    await client.end().catch(() => {})
  }
}

/** Shows how many connections of the pool are in use and how many requests wait for one. */
export async function observePool(orm: MikroORM): Promise<void> {
  const pool = await (orm.em.getConnection() as unknown as { getNativeClient(): Promise<pg.Pool> }).getNativeClient()
  const used = gauge('postgres_pool_connections', 'Connections of the pool', ['state'])
  ;(used as unknown as { collect: () => void }).collect = () => {
    used.set({ state: 'total' }, pool.totalCount)
    used.set({ state: 'idle' }, pool.idleCount)
    used.set({ state: 'waiting' }, pool.waitingCount)
  }
}
