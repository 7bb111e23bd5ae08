import { randomBytes, randomUUID } from 'node:crypto'
import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, expect, test } from 'vitest'
import { api } from '../e2e/support/api.ts'
import { bringArchive, zipOf } from '../e2e/support/archives.ts'
import { linkTo } from '../e2e/support/mail.ts'
import { newAccount, type Person, signInAgain, signUp } from '../e2e/support/people.ts'
import { soon } from '../e2e/support/soon.ts'
import { system } from '../setup/system.ts'
import { tell } from './support/counts.ts'

/** What must be nowhere, by where it was sent. */
const planted = new Map<string, string>()
const traceId = randomBytes(16).toString('hex')
const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`

function plant(where: string, word = `planted${randomBytes(12).toString('hex')}`): string {
  planted.set(where, word)
  return word
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<number> {
  const answer = await fetch(`${system.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { traceparent, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  })
  await answer.arrayBuffer()
  return answer.status
}

let person: Person
beforeAll(async () => {
  const account = {
    ...newAccount('secret'),
    password: plant('the password of an account'),
    email: `${plant('an address')}@example.org`,
  }
  expect(await send('POST', '/api/v1/auth/register', account)).toBe(201)
  const signedIn = await signInAgain({
    ...(await signUp()),
    username: account.username,
    password: account.password,
    email: account.email,
  })
  person = signedIn
  plant('an access token', person.accessToken)
  plant('a refresh token', person.refreshToken)
  plant('the token of a link', (await linkTo(person, 'Confirm your e-mail address')).token)
})

async function sendAll(): Promise<void> {
  const bearer = { authorization: `Bearer ${person.accessToken}` }
  const login = person.username
  await send('GET', `/media/${randomUUID()}/small.webp?grant=${plant('the grant of a photo')}`)
  // Signing in, wrongly and rightly, and with what no account has.
  await send('POST', '/api/v1/auth/login', { login, password: plant('a wrong password') })
  await send('POST', '/api/v1/auth/login', {
    login: `${plant('an address that nobody has')}@example.org`,
    password: plant('a password of nobody'),
  })
  await send('POST', '/auth/login', {
    email: `${plant('an address of an earlier client')}@example.org`,
    password: plant('a password of an earlier client'),
  })
  // A name that is taken is refused by the database.
  await send('POST', '/api/v1/auth/register', {
    ...newAccount(),
    username: login,
    email: `${plant('an address with a name that is taken')}@example.org`,
    password: plant('a password with a name that is taken'),
  })
  await Promise.all(
    Array.from({ length: 4 }, (_, index) =>
      send('POST', '/api/v1/auth/register', {
        ...newAccount(),
        username: `race_${traceId.slice(0, 12)}`,
        password: plant(`a password in a race ${index}`),
      }),
    ),
  )
  await send(
    'PUT',
    '/api/v1/auth/password',
    { currentPassword: plant('a wrong password of one’s own'), newPassword: plant('a new password') },
    bearer,
  )
  await send(
    'PUT',
    '/api/v1/auth/email',
    { currentPassword: plant('another wrong password'), newEmail: `${plant('a new address')}@example.org` },
    bearer,
  )
  await send('POST', '/api/v1/auth/password-reset', { email: `${plant('an address to reset')}@example.org` })
  await send('POST', '/api/v1/auth/password-reset/confirm', {
    token: plant('an invented token of a reset'),
    password: plant('a password of a reset'),
  })
  await send('POST', '/api/v1/auth/verify-email', { token: plant('an invented token of a link') })
  await send('POST', '/api/v1/auth/refresh', { refreshToken: plant('an invented refresh token') })
  await send(
    'POST',
    '/api/v1/reports',
    { subject: { kind: 'account', id: randomUUID() }, reason: 'other', text: plant('the text of a report') },
    bearer,
  )
  // Bodies that are not as they should be.
  await send('POST', '/api/v1/auth/login', `{"login":"x","password":"${plant('malformed JSON')}"`)
  await send('POST', '/api/v1/auth/login', { login, password: [plant('a password in a list')] })
  await send('POST', '/api/v1/auth/login', { login, password: 'x', [plant('the name of a field')]: 'x' })
  // Headers and URLs.
  await send('GET', '/api/v1/auth/me', undefined, { authorization: `Bearer ${plant('an invented access token')}` })
  await send('GET', '/api/v1/auth/me', undefined, { authorization: `Basic ${btoa(`louise:${plant('Basic')}`)}` })
  await send('GET', '/api/v1/feed', undefined, {
    cookie: `session=${plant('a cookie')}`,
    'dapr-api-token': plant('a token of a sidecar'),
    'x-daguerre-trusted-token': plant('a token that is trusted'),
  })
  await send('GET', `/api/v1/feed?access_token=${plant('a token in a query')}`)
  await send('GET', `/api/v1/search?q=${plant('what is searched for')}`, undefined, bearer)
  for (const page of ['reset-password', 'verify-email', 'login'])
    await send('GET', `/${page}?token=${plant(`a link to ${page}`)}`, undefined, {
      accept: 'text/html',
      referer: `${system.url}/x?token=${plant(`a referer of ${page}`)}`,
    })
  await send('POST', '/api/v1/posts', { caption: 'x', media: [] }, { ...bearer, 'idempotency-key': plant('a key') })
  // What strangers are told, and what browsers tell.
  await send('POST', '/api/v1/media/import', { url: `http://127.0.0.1:9/x?signature=${plant('a signed URL')}` }, bearer)
  await send(
    'POST',
    '/api/v1/media/import',
    { url: `http://10.0.0.1/x?signature=${plant('a signed URL of the inside')}` },
    bearer,
  )
  const ticket = {
    session: randomUUID(),
    until: '9999999999',
    signature: plant('the signature of a link to an export', randomBytes(32).toString('base64url')),
  }
  await send('GET', `/api/v1/exports/${randomUUID()}/file?${new URLSearchParams(ticket).toString()}`)
  const damaged = `[{"title": ${plant('a caption in a damaged archive')}`
  const archive = await bringArchive(
    person,
    await zipOf({ [`${plant('a name in an archive')}/posts_1.json`]: damaged }),
  )
  expect(archive.reason).toBe('archive_damaged')
  await send(
    'PUT',
    '/api/v1/notifications/push',
    {
      endpoint: `https://push.example.net/${plant('an address of pushes')}`,
      keys: { p256dh: 'x', auth: plant('a secret of pushes') },
    },
    bearer,
  )
  await send(
    'POST',
    '/csp-reports',
    {
      'csp-report': {
        'blocked-uri': `https://x.example/?token=${plant('a report')}`,
        'document-uri': `${system.url}/reset-password?token=${plant('the page of a report')}`,
      },
    },
    { 'content-type': 'application/csp-report' },
  )
}

/** What services were given, which they may use and not tell. */
function secretsOfServices(): [string, string][] {
  const apps = ['gateway', 'auth', 'user', 'post', 'media', 'interaction', 'feed', 'notification', 'moderation']
  return apps.flatMap((app) =>
    Object.entries(system.environment(app)).flatMap(([name, value]): [string, string][] => {
      if (/TOKEN$|SECRET|PASSWORD|_KEY$/.test(name) && value.length >= 12) return [[`${name} of ${app}`, value]]
      const password = /^\w+:\/\/[^:/@]*:([^@/]{8,})@/.exec(value)?.[1]
      return password ? [[`the password in ${name} of ${app}`, password]] : []
    }),
  )
}

test('no log and no trace has a password, a token, a cookie, an address or a link in it, whatever was sent', async () => {
  await sendAll()
  // What is written last is there when this is.
  const last = `last-${randomUUID()}`
  await send('GET', '/api/v1/auth/me', undefined, {
    'x-request-id': last,
    authorization: `Bearer ${person.accessToken}`,
  })
  await soon(
    'the logs have it all',
    async () => system.log('auth').includes(last) && system.log('gateway').includes(last),
  )
  const collector = process.env['E2E_COLLECTOR']
  const traces = collector
    ? await soon('the traces are there', async () => {
        const spans = (await (await fetch(`${collector}/traces/${traceId}`)).json()) as { service: string }[]
        const services = new Set(spans.map(({ service }) => service))
        return services.has('gateway') && services.has('auth') && (await (await fetch(`${collector}/bodies`)).text())
      })
    : ''

  const secrets = [...planted, ...secretsOfServices()]
  const found = secrets.filter(([, secret]) => traces.includes(secret)).map(([what]) => `the traces: ${what}`)
  const logs = readdirSync(join(system.home, 'logs')).filter((name) => name.endsWith('.log'))
  let lines = 0
  for (const name of logs) {
    for await (const line of createInterface({ input: createReadStream(join(system.home, 'logs', name)) })) {
      lines++
      for (const [what, secret] of secrets)
        if (line.includes(secret)) found.push(`${name}: ${what}, in ${line.slice(0, 400)}`)
    }
  }
  expect(lines).toBeGreaterThan(planted.size)
  expect(found).toEqual([])
  tell(
    'secrets',
    `${secrets.length} looked for in ${lines} lines of ${logs.length} logs and ${(traces.length / 1000).toFixed(0)} kB of traces, none found`,
  )
})

test('it would be found: what is no secret is in both', async () => {
  expect(system.log('gateway')).toContain('/api/v1/auth/login')
  expect((await api(person).get('/api/v1/auth/me')).status).toBe(200)
})
