import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { callbackify } from 'node:util'
import { createLogger } from '@daguerre/kit/log'
import { testConfig, waitFor } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { SMTPServer } from 'smtp-server'
import { mostInADay } from '../src/mail/send-mails.ts'
import { createSmtp, type Letter } from '../src/mail/smtp.ts'
import { purgeSessions } from '../src/session/purge-sessions.ts'
import { type Auth, createDatabase, password, startAuth, uniqueName } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth

beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true })
})
afterAll(async () => {
  await auth.close()
  await database.drop()
})

async function waiting(accountId: string): Promise<{ attempts: number; seconds: number }[]> {
  return auth.sql(
    `select attempts, extract(epoch from due_at - now())::float8 as seconds from mail_job where account_id = ?`,
    [accountId],
  )
}

/** As if all pauses and leases were over. */
async function becomeDue(): Promise<void> {
  await auth.sql('update mail_job set due_at = now()')
}

type Moment = 'never' | 'before it has the mail' | 'when it has the mail'

/** An SMTP server that keeps what it takes, and at a moment of its own ends who sends. */
async function startServer(kill: { at: Moment; victim?: ChildProcess }) {
  const taken: { id: string; raw: string }[] = []
  function strike(at: Moment): void {
    if (kill.at !== at) return
    kill.at = 'never'
    kill.victim?.kill('SIGKILL')
  }
  async function take(stream: NodeJS.ReadableStream): Promise<void> {
    const raw = await text(stream)
    taken.push({ id: /^Message-ID: (.*)$/im.exec(raw)?.[1] ?? '', raw })
    strike('when it has the mail')
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      strike('before it has the mail')
      if (address.startsWith('nobody.')) return done(Object.assign(new Error('No such mailbox'), { responseCode: 550 }))
      done()
    },
    onData(stream, _session, done) {
      callbackify(take)(stream, done)
    },
  })
  // Connections of who was killed end as they do.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, taken }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** The service itself, which sends what waits in the database. */
async function runAuth(smtpUrl: string): Promise<{ child: ChildProcess; output: () => string }> {
  const { SECRET_KEY, APP_API_TOKEN, DAPR_API_TOKEN } = testConfig()
  const env = {
    ...{ APP_ID: 'auth', SECRET_KEY, APP_API_TOKEN, DAPR_API_TOKEN, SMTP_URL: smtpUrl },
    ...{ APP_PORT: String(await freePort()), DAPR_HTTP_PORT: String(await freePort()) },
    DATABASE_URL: database.url,
    REDIS_URL: process.env['TEST_REDIS_URL'] ?? '',
    PATH: process.env['PATH'],
  }
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: join(import.meta.dirname, '..'), env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, output: () => output }
}

test.each<[Moment, number]>([
  ['before it has the mail', 1],
  ['when it has the mail', 2],
])(
  'auth that is killed while it sends, %s, loses no mail and sends it twice at most',
  async (at, times) => {
    const { user } = await auth.register()
    const kill: { at: Moment; victim?: ChildProcess } = { at }
    const server = await startServer(kill)
    const first = await runAuth(server.url)
    kill.victim = first.child
    expect(await once(first.child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(await waiting(user.id)).toMatchObject([{ attempts: 1 }])

    await becomeDue()
    const second = await runAuth(server.url)
    await waitFor(async () => (await waiting(user.id)).length === 0, { timeoutMs: 20_000 })
    const own = server.taken.filter(({ raw }) => raw.includes(user.email))
    expect(own).toHaveLength(times)
    expect(new Set(own.map(({ id }) => id)).size).toBe(1)
    // Nothing of a link is in a log, whatever happens to it.
    expect(first.output() + second.output()).not.toMatch(/dgr_ml_|(?<!first-admin\?)token=/)
    second.child.kill('SIGTERM')
    expect(await once(second.child, 'exit')).toEqual([0, null])
  },
  60_000,
)

test('a mail that the server cannot take now is tried again, later each time, and is sent when it can', async () => {
  const { user } = await auth.register()
  const { send: sendNowhere, close } = createSmtp({
    url: `smtp://127.0.0.1:${await freePort()}`,
    from: 'a@example.org',
  })
  onTestFinished(close)
  const pauses: number[] = []
  for (let i = 0; i < 4; i++) {
    await becomeDue()
    await auth.sendMails({ send: sendNowhere })
    pauses.push((await waiting(user.id))[0]?.seconds ?? 0)
  }
  for (const [i, seconds] of pauses.entries()) {
    expect(seconds).toBeGreaterThan(10 * 2 ** i * 0.7)
    expect(seconds).toBeLessThan(10 * 2 ** i * 1.3)
  }
  expect(await auth.mails(user.email)).toEqual([])
  await becomeDue()
  expect(await auth.mails(user.email)).toHaveLength(1)
})

test('a mailbox that does not exist is given up at once, with a line that names neither it nor the link', async () => {
  const server = await startServer({ at: 'never' })
  const { send, close } = createSmtp({ url: server.url, from: 'a@example.org' })
  onTestFinished(close)
  const name = `nobody.${crypto.randomUUID().slice(0, 8)}`
  const body = { email: `${name}@example.org`, password: 'silver-on-copper-1839' }
  expect((await auth.request('POST', '/auth/register', { body })).status).toBe(201)
  const lines: string[] = []
  const log = createLogger({ service: 'auth' }, { write: (line) => void lines.push(line) })
  await auth.sendMails({ send, log })
  expect(await auth.sql('select 1 from mail_job where recipient = ?', [body.email])).toEqual([])
  const line = lines.find((one) => one.includes('a mail is given up'))
  expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'error', status: 550, template: 'confirm-address' })
  expect(lines.join('')).not.toMatch(/dgr_ml_|@example\.org/)
})

test('the password of the mail server is not sent over a line without TLS', async () => {
  const { user } = await auth.register()
  const server = await startServer({ at: 'never' })
  const url = server.url.replace('smtp://', 'smtp://daguerre:secret@')
  const { send, close } = createSmtp({ url, from: 'a@example.org' })
  onTestFinished(close)
  await becomeDue()
  await auth.sendMails({ send })
  expect(server.taken).toEqual([])
  expect(await waiting(user.id)).toMatchObject([{ attempts: 1 }])
})

test('a mail that could not be sent for days is given up, and a link not sent after it has expired', async () => {
  const { user } = await auth.register()
  await auth.sql(`update mail_job set expires_at = now() where account_id = ?`, [user.id])
  expect(await auth.mails(user.email)).toEqual([])
  expect(await waiting(user.id)).toEqual([])
})

test('replicas that send at the same time send each mail once', async () => {
  const people = await Promise.all(Array.from({ length: 12 }, () => auth.register()))
  const sent: Letter[] = []
  async function send(letter: Letter): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 5))
    sent.push(letter)
  }
  await Promise.all([auth.sendMails({ send }), auth.sendMails({ send }), auth.sendMails({ send })])
  const own = sent.filter(({ to }) => people.some(({ user }) => user.email === to))
  expect(own).toHaveLength(12)
  expect(new Set(own.map(({ id }) => id)).size).toBe(12)
})

test('a mail that was written with the SECRET_KEY before is sent all the same, one of an unknown key is given up', async () => {
  const { user } = await auth.register()
  const other = await startAuth(database.url, { mail: true, secretKey: 'another-secret-of-more-than-32-characters' })
  const heir = await startAuth(database.url, {
    mail: true,
    secretKey: 'another-secret-of-more-than-32-characters',
    previousSecretKey: testConfig().SECRET_KEY,
  })
  expect(await heir.mails(user.email)).toHaveLength(1)
  const { user: lost } = await auth.register()
  other.log.level = 'silent'
  expect(await other.mails(lost.email)).toEqual([])
  expect(await waiting(lost.id)).toEqual([])
  await heir.close()
  await other.close()
})

test('a mailbox has so many mails in a day as anybody may cause by its address, and no more; others have theirs', async () => {
  const email = `${uniqueName()}@example.org`
  for (let registered = 0; registered < mostInADay + 3; registered++) {
    // With other capitals it is the same mailbox.
    const written = registered % 2 === 0 ? email : email.toUpperCase()
    const body = { email: written, username: uniqueName(), password }
    expect((await auth.request('POST', '/api/v1/auth/register', { body })).status).toBe(201)
    await auth.sendMails()
  }
  const other = await auth.register()
  const arrived = [...(await auth.mails(email)), ...(await auth.mails(email.toUpperCase()))]
  expect(new Set(arrived.map(({ id }) => id)).size).toBe(mostInADay)
  expect(await auth.mails(other.user.email)).toHaveLength(1)
  expect(await auth.sql('select 1 from mail_job where lower(recipient) = ?', [email])).toEqual([])
  const kept = JSON.stringify(await auth.sql('select to_jsonb(mailbox_count) as row from mailbox_count'))
  expect(kept).not.toContain(email)
  await auth.sql(`update mailbox_count set counted_at = now() - interval '2 days'`)
  const { signal } = new AbortController()
  await purgeSessions({ em: auth.forkEm(), graceSeconds: 20, keptKeySeconds: 900, signal })
  expect(await auth.sql('select 1 from mailbox_count')).toEqual([])
})
