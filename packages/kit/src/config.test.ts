import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { baseConfig, ConfigError, postgresConfig, readConfig, tokenIssuer } from './config.ts'

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
