import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  baseConfig,
  ConfigError,
  mongodbConfig,
  postgresConfig,
  readConfig,
  redisConfig,
  tokenIssuer,
  withPassword,
} from './config.ts'

const schema = z.object({ ...baseConfig, ...postgresConfig })
const good = {
  APP_ID: 'post',
  APP_PORT: '3000',
  DAPR_HTTP_PORT: '3500',
  APP_API_TOKEN: 'a'.repeat(16),
  DAPR_API_TOKEN: 'b'.repeat(16),
  SECRET_KEY: 'c'.repeat(32),
  DATABASE_URL: 'postgres://user:secret@127.0.0.1:5432/post',
}

test('defaults are filled in and numbers are numbers', () => {
  const config = readConfig(schema, good)
  expect(config).toMatchObject({
    APP_PORT: 3000,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'info',
    PUBLIC_URL: 'http://localhost:8080',
    DATABASE_POOL_MAX: 10,
    OUTBOX_RETENTION_DAYS: 90,
  })
  expect(tokenIssuer(config)).toBe('http://localhost:8080')
})

test('one error names every missing and wrong variable, and no value', () => {
  const { APP_ID: _, ...rest } = good
  const bad = { ...rest, APP_PORT: '70000', SECRET_KEY: 'hunter2', DATABASE_URL: 'mysql://hunter2' }
  const thrown = thrownBy(() => readConfig(schema, bad))
  expect(thrown).toBeInstanceOf(ConfigError)
  const { message } = thrown as Error
  for (const name of ['APP_ID: is required', 'APP_PORT: ', 'SECRET_KEY: ', 'DATABASE_URL: ']) {
    expect(message).toContain(name)
  }
  expect(message).not.toContain('hunter2')
})

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('it did not throw')
}

test('KEY_FILE gives the value of KEY without its last line break', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'kit-')), 'key')
  writeFileSync(file, `${'d'.repeat(40)}\n`)
  const { SECRET_KEY: _, ...rest } = good
  expect(readConfig(schema, { ...rest, SECRET_KEY_FILE: file }).SECRET_KEY).toBe('d'.repeat(40))
  expect(() => readConfig(schema, { ...rest, SECRET_KEY_FILE: `${file}.none` })).toThrow(/SECRET_KEY_FILE: cannot read/)
})

test.each([
  ['postgres://daguerre@db:5432/post?sslmode=require', 'postgres://daguerre:pw@db:5432/post?sslmode=require'],
  ['postgres://daguerre:@db/post', 'postgres://daguerre:pw@db/post'],
  ['postgres://daguerre:own@db/post', 'postgres://daguerre:own@db/post'],
  ['redis://cache:6379/1', 'redis://:pw@cache:6379/1'],
  ['rediss://feed@cache', 'rediss://feed:pw@cache'],
  ['redis://:own@cache', 'redis://:own@cache'],
  ['mongodb://user@a:1,b:2/db?replicaSet=rs0', 'mongodb://user:pw@a:1,b:2/db?replicaSet=rs0'],
  ['mongodb+srv://user@cluster.example.org/?a=b@c', 'mongodb+srv://user:pw@cluster.example.org/?a=b@c'],
  ['mongodb://a:1,b:2/db', null],
  ['postgres://db/post?application_name=a@b', null],
])('a password goes into %s', (url, expected) => {
  expect(withPassword(url, 'pw')).toBe(expected)
})

test('a password is read back as it was, whatever it holds', () => {
  const password = `p@ss:w/o?r#d%20 [é]&=+'"\\`
  for (const url of ['postgres://user@db:5432/post', 'redis://db:6379']) {
    const filled = new URL(withPassword(url, password)!)
    expect(decodeURIComponent(filled.password)).toBe(password)
    expect(filled.host).toBe(new URL(url).host)
  }
  expect(withPassword('mongodb://user@a:1,b:2/db', password)).toBe(
    "mongodb://user:p%40ss%3Aw%2Fo%3Fr%23d%2520%20%5B%C3%A9%5D%26%3D%2B'%22%5C@a:1,b:2/db",
  )
})

test('passwords beside URLs, as values or files, are filled in; one without a user is said, and not shown', () => {
  const stores = z.object({ ...postgresConfig, ...redisConfig, ...mongodbConfig })
  const file = join(mkdtempSync(join(tmpdir(), 'kit-')), 'password')
  writeFileSync(file, 'a/b\n')
  const urls = {
    DATABASE_URL: 'postgres://post@db/post',
    REDIS_URL: 'redis://cache',
    MONGODB_URL: 'mongodb://n@a:1,b:2/notification?replicaSet=rs0',
  }
  expect(
    readConfig(stores, { ...urls, DATABASE_PASSWORD_FILE: file, REDIS_PASSWORD: 'r', MONGODB_PASSWORD: 'm' }),
  ).toMatchObject({
    DATABASE_URL: 'postgres://post:a%2Fb@db/post',
    REDIS_URL: 'redis://:r@cache',
    MONGODB_URL: 'mongodb://n:m@a:1,b:2/notification?replicaSet=rs0',
  })
  expect(readConfig(stores, urls)).toMatchObject(urls)
  const nobody = { ...urls, DATABASE_URL: 'postgres://db/post', DATABASE_PASSWORD: 'hunter2' }
  const thrown = thrownBy(() => readConfig(stores, nobody)) as Error
  expect(thrown).toBeInstanceOf(ConfigError)
  expect(thrown.message).toMatch(/DATABASE_URL: names no user whose password DATABASE_PASSWORD could be/)
  expect(thrown.message).not.toContain('hunter2')
  for (const bad of ['mysql://a/b', 'mongodb://', 'mongodb:///db', 'mongodb://a b/db']) {
    expect(() => readConfig(stores, { ...urls, MONGODB_URL: bad })).toThrow(/MONGODB_URL: must be a MongoDB URL/)
  }
})
