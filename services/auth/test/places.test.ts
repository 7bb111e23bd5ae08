import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Session, SignedIn } from '@daguerre/contracts'
import { createLogger } from '@daguerre/kit/log'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPlaces } from '../src/session/places.ts'
import { mmdbOf } from './mmdb.ts'
import { type Auth, createDatabase, password, startAuth, uniqueName } from './system.ts'

const folder = mkdtempSync(join(tmpdir(), 'places-'))
const path = join(folder, 'City.mmdb')
const log = createLogger({ service: 'auth', level: 'silent' })
const paris = { country: { iso_code: 'FR' }, city: { names: { en: 'Paris', de: 'Paris' } } }

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth
beforeAll(async () => {
  writeFileSync(
    path,
    mmdbOf({ '192.0.2.1': paris, '192.0.2.2': { country: { iso_code: 'CH' } }, '2001:db8:1:2::': paris }),
  )
  const places = createPlaces({ path, log })
  await places.reload()
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true, places })
})
afterAll(async () => {
  await auth.close()
  await database.drop()
  rmSync(folder, { recursive: true })
})

function post(route: string, body: unknown, from: string, userAgent = 'Firefox/140.0 (X11; Linux)'): Promise<Response> {
  return auth.request('POST', route, { body, headers: { 'x-forwarded-for': from, 'user-agent': userAgent } })
}

async function placesOf({ accessToken: token }: SignedIn): Promise<Session['place'][]> {
  const { items } = (await (await auth.request('GET', '/api/v1/auth/sessions', { token })).json()) as {
    items: Session[]
  }
  return items.map(({ place }) => place)
}

test('a session has the place of the address that it was last seen with, and no address', async () => {
  const username = uniqueName()
  const account = { email: `${username}@example.org`, username, password }
  const person = (await (await post('/api/v1/auth/register', account, '192.0.2.1')).json()) as SignedIn
  await post('/api/v1/auth/login', { login: username, password }, '2001:db8:1:2:3::4')
  await post('/api/v1/auth/login', { login: username, password }, '198.51.100.7')
  const inParis = { country: 'FR', city: 'Paris' }
  expect(await placesOf(person)).toEqual([null, inParis, inParis])
  const next = await post('/api/v1/auth/refresh', { refreshToken: person.refreshToken }, '192.0.2.2')
  const answer = (await next.json()) as SignedIn
  expect(await placesOf(answer)).toEqual([null, inParis, { country: 'CH', city: null }])
  const rows = JSON.stringify(await auth.sql('select to_jsonb(session) as row from session'))
  for (const address of ['192.0.2', '198.51', '2001:db8']) expect(rows).not.toContain(address)
})

test('its owner is told of a new device with its place in words', async () => {
  const username = uniqueName()
  const email = `${username}@example.org`
  await post('/api/v1/auth/register', { email, username, password }, '192.0.2.1')
  await auth.sql(`update account set email_key = email_claim_key, email_claim_key = null where username = ?`, [
    username,
  ])
  await auth.mails(email)
  await post('/api/v1/auth/login', { login: username, password }, '192.0.2.1', 'Chrome/140.0 (Windows NT 10.0)')
  await post(
    '/api/v1/auth/login',
    { login: username, password },
    '192.0.2.2',
    'Safari/605.1 (iPhone; CPU iPhone OS 18_0)',
  )
  await post('/api/v1/auth/login', { login: username, password }, '198.51.100.7', 'Chrome/140.0 (Android 15)')
  const texts = (await auth.mails(email)).filter(({ subject }) => subject === 'A new sign-in').map(({ text }) => text)
  expect(texts).toHaveLength(3)
  expect(texts.filter((text) => text.includes('Its address is in Paris, France'))).toHaveLength(1)
  expect(texts.filter((text) => text.includes('Its address is in Switzerland'))).toHaveLength(1)
})

test('a file that is replaced is taken, one that cannot be read is not, and what is no address has no place', async () => {
  const places = createPlaces({ path, log })
  expect(places.find('192.0.2.1')).toBeNull()
  await places.reload()
  expect(places.find('192.0.2.1')).toEqual({ country: 'FR', city: 'Paris' })
  for (const nothing of [undefined, '', 'unknown', '192.0.2.1, 192.0.2.2', '192.0.2', '::1']) {
    expect(places.find(nothing)).toBeNull()
  }
  expect(places.find('::ffff:192.0.2.1')).toBeNull()
  function replace(content: Buffer, seconds: number): void {
    writeFileSync(`${path}.new`, content)
    utimesSync(`${path}.new`, seconds, seconds)
    renameSync(`${path}.new`, path)
  }
  replace(mmdbOf({ '192.0.2.1': { country: { iso_code: 'DE' } } }), 1_700_000_001)
  await places.reload()
  expect(places.find('192.0.2.1')).toEqual({ country: 'DE', city: null })
  replace(Buffer.from('half a file'), 1_700_000_002)
  await places.reload()
  expect(places.find('192.0.2.1')).toEqual({ country: 'DE', city: null })
  const missing = createPlaces({ path: join(folder, 'missing.mmdb'), log })
  await missing.reload()
  expect(missing.find('192.0.2.1')).toBeNull()
})
