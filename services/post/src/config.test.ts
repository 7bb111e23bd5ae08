import { readConfig } from '@daguerre/kit/config'
import { expect, test } from 'vitest'
import { hookOf, schema } from './config.ts'

const base = {
  APP_ID: 'post',
  APP_PORT: '8083',
  APP_API_TOKEN: 'x'.repeat(32),
  DAPR_HTTP_PORT: '3500',
  DAPR_API_TOKEN: 'z'.repeat(32),
  SECRET_KEY: 'y'.repeat(32),
  PUBLIC_URL: 'https://photos.example.org',
  DATABASE_URL: 'postgres://post@127.0.0.1/post',
  REDIS_URL: 'redis://127.0.0.1',
}
const secret = `whsec_${Buffer.alloc(32).toString('base64')}`

test('nobody is asked about new posts unless it is said, and then with a secret', () => {
  expect(hookOf(readConfig(schema, base))).toBeNull()
  const url = 'http://10.0.0.7:8080/check'
  expect(hookOf(readConfig(schema, { ...base, PUBLISH_HOOK_URL: url, PUBLISH_HOOK_SECRET: secret }))).toEqual({
    url,
    secret,
    timeoutMs: 3000,
    otherwise: 'hold',
  })
})

test.each([
  [{ PUBLISH_HOOK_URL: 'https://checks.example.org' }, /PUBLISH_HOOK_SECRET/],
  [{ PUBLISH_HOOK_URL: 'ftp://checks.example.org', PUBLISH_HOOK_SECRET: secret }, /PUBLISH_HOOK_URL/],
  [{ PUBLISH_HOOK_URL: 'https://checks.example.org', PUBLISH_HOOK_SECRET: 'short' }, /PUBLISH_HOOK_SECRET/],
  [{ PUBLISH_HOOK_TIMEOUT_MS: '0' }, /PUBLISH_HOOK_TIMEOUT_MS/],
  [{ PUBLISH_HOOK_DEFAULT: 'perhaps' }, /PUBLISH_HOOK_DEFAULT/],
])('%o is refused at the start', (wrong, names) => {
  expect(() => readConfig(schema, { ...base, ...wrong })).toThrow(names)
})
