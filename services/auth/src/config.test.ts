import { ConfigError, readConfig } from '@daguerre/kit/config'
import { expect, test } from 'vitest'
import { configSchema, providersOf } from './config.ts'

const schema = configSchema.pick({ OIDC_PROVIDERS: true })
const example = { id: 'my-id', name: 'Example', issuer: 'https://id.example.org', clientId: 'daguerre' }

function read(providers: unknown, env: Record<string, string> = {}) {
  const text = typeof providers === 'string' ? providers : JSON.stringify(providers)
  return providersOf(readConfig(schema, { OIDC_PROVIDERS: text }), env)
}

test('each provider has its secret from a variable of its own, or none', () => {
  const scopes = 'openid profile email'
  expect(read('')).toEqual([])
  expect(read([example, { ...example, id: 'other' }], { OIDC_CLIENT_SECRET_MY_ID: 'x' })).toEqual([
    { ...example, scopes, clientSecret: 'x' },
    { ...example, id: 'other', scopes, clientSecret: null },
  ])
  expect(read([{ ...example, issuer: 'http://127.0.0.1:3000' }])).toHaveLength(1)
})

test.each([
  ['no JSON', 'example'],
  ['no list', example],
  ['an issuer without TLS that is not on this machine', [{ ...example, issuer: 'http://id.example.org' }]],
  ['one that only begins as if it were', [{ ...example, issuer: 'http://127.0.0.1.example.org' }]],
  ['an id that is no part of an address', [{ ...example, id: '../x' }]],
  ['a secret in the clear', [{ ...example, clientSecret: 'x' }]],
  ['scopes without openid', [{ ...example, scopes: 'email' }]],
  ['one id twice', [example, example]],
])('%s is refused', (_, providers) => {
  expect(() => read(providers)).toThrow(ConfigError)
})
