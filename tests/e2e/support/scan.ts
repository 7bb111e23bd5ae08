import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import pg from 'pg'
import { system } from '../../setup/system.ts'
import { redisUrl } from '../faults/support/inside.ts'

/** Where something was found that names what is looked for. */
export interface Finding {
  /** `postgres post.outbox`, `mongodb group`, `redis home:{…}`, `broker post`, `s3 …`, `log auth` */
  place: string
  text: string
}

/**
 * Everything that the system keeps anywhere, in which one of these words is: all tables of all databases, all collections, all keys of every Redis and
 * every type, the broker's streams with them, names and bytes of all objects, all logs.
 */
export async function scan(needles: readonly string[]): Promise<Finding[]> {
  const parts = await Promise.all([
    ...databases().map(([app, url]) => scanPostgres(app, url, needles)),
    scanMongo(needles),
    ...redises().map(([name, url]) => scanRedis(name, url, needles)),
  ])
  return [
    ...parts.flat(),
    ...scanFiles('s3', objectsFolder(), needles),
    ...scanFiles('log', join(system.home, 'logs'), needles),
  ]
}

const apps = ['gateway', 'auth', 'user', 'post', 'media', 'interaction', 'feed', 'notification', 'moderation']

function variablesOf(name: string): [app: string, value: string][] {
  return apps.flatMap((app): [string, string][] => {
    let value: string | undefined
    try {
      value = system.environment(app)[name]
    } catch {
      return []
    }
    return value ? [[app, value]] : []
  })
}

export function databases(): [app: string, url: string][] {
  return variablesOf('DATABASE_URL')
}

/** Each once: services share one. */
export function redises(): [name: string, url: string][] {
  const own = new Map(variablesOf('REDIS_URL').map(([, url]) => [url, 'redis']))
  return [
    ...[...own].map(([url, name]): [string, string] => [name, url]),
    ['broker', redisUrl('redis-broker')],
    ['cache', redisUrl('redis-cache')],
  ]
}

export function mongoUrl(): string {
  return system.environment('notification')['MONGODB_URL'] ?? ''
}

/** Where the local S3 keeps what it has, unfinished uploads too. */
export function objectsFolder(): string {
  return join(system.home, 's3')
}

async function scanPostgres(app: string, url: string, needles: readonly string[]): Promise<Finding[]> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  try {
    const { rows: tables } = await db.query<{ name: string }>(
      `select quote_ident(table_name) as name from information_schema.tables
        where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    )
    const found: Finding[] = []
    for (const { name } of tables) {
      const { rows } = await db.query<{ text: string }>(
        `select t::text as text from ${name} t where exists (select from unnest($1::text[]) needle where strpos(t::text, needle) > 0)`,
        [needles],
      )
      found.push(...rows.map(({ text }) => ({ place: `postgres ${app}.${name}`, text })))
    }
    return found
  } finally {
    await db.end()
  }
}

async function scanMongo(needles: readonly string[]): Promise<Finding[]> {
  const client = await MongoClient.connect(mongoUrl())
  try {
    const found: Finding[] = []
    for (const collection of await client.db().collections()) {
      for await (const document of collection.find({})) {
        const text = JSON.stringify(document)
        if (holds(text, needles)) found.push({ place: `mongodb ${collection.collectionName}`, text })
      }
    }
    return found
  } finally {
    await client.close()
  }
}

async function scanRedis(name: string, url: string, needles: readonly string[]): Promise<Finding[]> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 })
  try {
    const found: Finding[] = []
    for await (const keys of redis.scanStream({ count: 500 }) as AsyncIterable<string[]>) {
      for (const key of keys) {
        for (const value of await valuesOf(redis, key)) {
          const text = `${key} ${value}`
          if (holds(text, needles)) found.push({ place: `${name} ${key}`, text })
        }
      }
    }
    return found
  } finally {
    redis.disconnect()
  }
}

/** What is under a key, piece by piece. @throws on a type that this does not know: nothing may be passed over */
async function valuesOf(redis: Redis, key: string): Promise<string[]> {
  const type = await redis.type(key)
  if (type === 'none') return []
  if (type === 'string') return [(await redis.get(key)) ?? '']
  if (type === 'hash') return Object.entries(await redis.hgetall(key)).map((field) => field.join(' '))
  if (type === 'list') return await redis.lrange(key, 0, -1)
  if (type === 'set') return await redis.smembers(key)
  if (type === 'zset') return await redis.zrange(key, '0', '-1')
  if (type === 'stream') return (await redis.xrange(key, '-', '+')).map((entry) => JSON.stringify(entry))
  throw new Error(`${key} is a ${type}`)
}

function scanFiles(kind: string, folder: string, needles: readonly string[]): Finding[] {
  return filesIn(folder).flatMap((path) => {
    const name = relative(folder, path)
    const text = `${name} ${readFileSync(path, 'latin1')}`
    const lines = kind === 'log' ? text.split('\n') : [text]
    return lines.flatMap((line) =>
      holds(line, needles) ? [{ place: `${kind} ${name}`, text: line.slice(0, 1000) }] : [],
    )
  })
}

/** All files of a folder and those in it. One that goes meanwhile is passed over. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    return entry.isFile() && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0 ? [path] : []
  })
}

function holds(text: string, needles: readonly string[]): boolean {
  return needles.some((needle) => text.includes(needle))
}
