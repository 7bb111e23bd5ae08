import type { Applicant, RegistrationWaits, Role, SignedIn } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { linkIn } from '@daguerre/kit/testing-mail'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetApplicants } from '../src/registration/forget-applicants.ts'
import { issueFirstAdminLink } from '../src/role/first-admin.ts'
import { type Auth, createDatabase, password, problemOf, startAuth, uniqueName } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth
let open: Auth
let moderator: SignedIn

beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true, rules: { REGISTRATION: 'approval' } })
  open = await startAuth(database.url, { mail: true })
  moderator = await withRole('moderator')
})
afterAll(async () => {
  await Promise.all([auth.close(), open.close()])
  await database.drop()
})

async function withRole(role: Role): Promise<SignedIn> {
  const person = await open.register()
  await auth.sql('update account set role = ? where id = ?', [role, person.user.id])
  return await open.login(person.user.username)
}

function post(path: string, body?: unknown, as?: SignedIn) {
  return auth.request('POST', path, { body, ...(as && { token: as.accessToken }) })
}

interface Applying {
  username: string
  email: string
}

async function apply(application = 'I take photographs', username = uniqueName()): Promise<Applying> {
  const email = `${username}@example.org`
  const answer = await post('/api/v1/auth/register', { email, username, password, application })
  expect(answer.status).toBe(202)
  expect((await answer.json()) as RegistrationWaits).toEqual({ waitsFor: ['address', 'approval'] })
  return { username, email }
}

async function confirm({ email }: Applying): Promise<void> {
  const { token } = linkIn((await auth.mails(email))[0]!)
  expect((await post('/api/v1/auth/verify-email', { token })).status).toBe(204)
}

async function queue(as: SignedIn = moderator): Promise<Applicant[]> {
  const answer = await auth.request('GET', '/api/v1/moderation/registrations?limit=100', { token: as.accessToken })
  return ((await answer.json()) as { items: Applicant[] }).items
}

async function waiting(who: Applying): Promise<Applicant | undefined> {
  return (await queue()).find(({ username }) => username === who.username)
}

async function applicant(application?: string): Promise<Applying & Applicant> {
  const who = await apply(application)
  await confirm(who)
  return { ...who, ...(await waiting(who))! }
}

async function signInProblem({ username }: Applying) {
  return problemOf(await post('/api/v1/auth/login', { login: username, password }))
}

function decide(id: string, outcome: 'approve' | 'decline', as: SignedIn = moderator) {
  return post(
    `/api/v1/moderation/registrations/${id}/${outcome}`,
    outcome === 'decline' ? { reason: 'Only for members of the club' } : undefined,
    as,
  )
}

test('who registers waits: for their address, then for a moderator; nobody else hears of them before', async () => {
  const who = await apply('From the club')
  expect(await signInProblem(who)).toMatchObject({ status: 403, code: 'auth.approval_pending' })
  expect(await waiting(who)).toBeUndefined()
  await confirm(who)
  const found = await waiting(who)
  expect(found).toMatchObject({ username: who.username, application: 'From the club' })
  expect(JSON.stringify(found)).not.toContain(who.email)
  expect(await signInProblem(who)).toMatchObject({ status: 403, code: 'auth.approval_pending' })
  expect(await auth.sql('select 1 from outbox where subject = ?', [found!.id])).toEqual([])
  expect(await auth.sql('select 1 from session where account_id = ?', [found!.id])).toEqual([])
  const known = await auth.internal('/internal/accounts', { ids: [found!.id], usernames: [who.username] })
  expect(await known.json()).toEqual({ items: [] })

  expect((await decide(found!.id, 'approve')).status).toBe(204)
  expect((await auth.login(who.username)).user.id).toBe(found!.id)
  const told = await auth.sql<{ type: string }>('select type from outbox where subject = ? order by id', [found!.id])
  expect(told.map(({ type }) => type)).toEqual(['daguerre.account.registered.v1', 'daguerre.account.decided.v1'])
  expect(await auth.decisionsAbout(found!.id)).toMatchObject([
    {
      actorId: moderator.user.id,
      action: 'approve_registration',
      before: { registration: 'waits' },
      after: { registration: 'approved' },
    },
  ])
  expect((await auth.mails(who.email)).map(({ subject }) => subject)).toContain('Welcome')
  expect(await waiting(who)).toBeUndefined()
})

test('who is declined is told why, leaves nothing, and their username is free', async () => {
  const { id, username, email } = await applicant()
  const taken = await post('/api/v1/auth/register', { email: 'x@example.org', username, password })
  expect((await problemOf(taken)).code).toBe('auth.username_taken')
  expect((await decide(id, 'decline')).status).toBe(204)
  const mail = (await auth.mails(email)).find(({ subject }) => subject === 'Your registration')
  expect(mail?.text).toContain('Only for members of the club')
  expect((await signInProblem({ username, email })).code).toBe('auth.credentials_wrong')
  for (const table of ['account', 'application', 'account_link', 'mail_job', 'retired_username', 'idempotency_key']) {
    const rows = JSON.stringify(await auth.sql(`select to_jsonb(t) as row from ${table} t`))
    expect([table, rows.includes(email) || rows.includes(username) || rows.includes(id)]).toEqual([table, false])
  }
  expect(await auth.decisionsAbout(id)).toMatchObject([
    { action: 'decline_registration', reason: 'Only for members of the club', after: { registration: 'declined' } },
  ])
  await apply('Once more', username)
})

test('of two moderators one decides, and what is not waiting is 404', async () => {
  const { id } = await applicant()
  const answers = await Promise.all([decide(id, 'approve'), decide(id, 'decline'), decide(id, 'approve')])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 404, 404])
  expect(await auth.decisionsAbout(id)).toHaveLength(1)
  const unconfirmed = await apply()
  const [row] = await auth.sql<{ id: string }>('select id from account where username = ?', [unconfirmed.username])
  for (const other of [row!.id, moderator.user.id, crypto.randomUUID()]) {
    expect((await problemOf(await decide(other, 'approve'))).code).toBe('auth.applicant_not_found')
  }
})

test('members see and decide nothing, nor does who was moderator a moment ago; a reason is wanted', async () => {
  const { id } = await applicant()
  const [member, fallen] = [await open.register(), await withRole('moderator')]
  await auth.sql(`update account set role = 'member' where id = ?`, [fallen.user.id])
  expect((await problemOf(await decide(id, 'approve', member))).code).toBe('auth.scope_missing')
  expect((await problemOf(await decide(id, 'decline', fallen))).code).toBe('auth.not_moderator')
  const list = await auth.request('GET', '/api/v1/moderation/registrations', { token: member.accessToken })
  expect((await problemOf(list)).code).toBe('auth.scope_missing')
  const without = await post(`/api/v1/moderation/registrations/${id}/decline`, { reason: ' ' }, moderator)
  expect((await problemOf(without)).pointers).toEqual(['#/reason'])
  expect((await queue()).map((one) => one.id)).toContain(id)
})

test('who waits too long is forgotten, confirmed or not, and their username is free; others stay', async () => {
  const [never, long, short] = [await apply(), await applicant(), await applicant()]
  await auth.sql(
    `update application set applied_at = now() - interval '15 days' where account_id in (select id from account where username in (?, ?))`,
    [never.username, long.username],
  )
  await forgetApplicants({ em: auth.forkEm(), approvalDays: 14 }, new AbortController().signal)
  expect(await waiting(short)).toBeDefined()
  for (const { username } of [never, long]) await apply('Once more', username)
  // Of a decision at the same moment the application is held, and somebody who is let in stays.
  const late = await applicant()
  await auth.sql(`update application set applied_at = now() - interval '15 days' where account_id = ?`, [late.id])
  await auth.forkEm().transactional(async (tx) => {
    await query(tx, '/* test */ delete from application where account_id = ?', [late.id])
    await forgetApplicants({ em: auth.forkEm(), approvalDays: 14 }, new AbortController().signal)
  })
  expect(await auth.sql('select 1 from account where id = ?', [late.id])).toHaveLength(1)
})

test('an address that belongs to somebody is answered as any other, and never comes before moderators', async () => {
  const holder = await applicant()
  const username = uniqueName()
  const answer = await post('/api/v1/auth/register', { email: holder.email, username, password })
  expect([answer.status, await answer.json()]).toEqual([202, { waitsFor: ['address', 'approval'] }])
  expect((await auth.mails(holder.email))[0]?.subject).toBe('You have an account already')
  expect((await queue()).map((one) => one.username)).not.toContain(username)
})

test('who has an invitation, or the link for the first admin, waits for nobody', async () => {
  const admin = await withRole('admin')
  const made = await post('/api/v1/auth/invitations', {}, admin)
  const { code } = (await made.json()) as { code: string }
  const username = uniqueName()
  const body = { email: `${username}@example.org`, username, password, invitation: code }
  expect((await post('/api/v1/auth/register', body)).status).toBe(201)

  const own = await createDatabase()
  const fresh = await startAuth(own.url, { rules: { REGISTRATION: 'approval' } })
  const link = await issueFirstAdminLink(fresh.forkEm(), 'https://photos.example.org')
  const invitation = new URL(link!).searchParams.get('token')!
  const first = await fresh.request('POST', '/api/v1/auth/register', { body: { ...body, invitation } })
  expect(first.status).toBe(201)
  // Without mail nothing is to be confirmed.
  const second = { email: 'second@example.org', username: uniqueName(), password }
  const waits = await fresh.request('POST', '/api/v1/auth/register', { body: second })
  expect([waits.status, await waits.json()]).toEqual([202, { waitsFor: ['approval'] }])
  await fresh.sql(`update account set role = 'admin' where username = ?`, [username])
  const token = (await fresh.login(username)).accessToken
  const list = await fresh.request('GET', '/api/v1/moderation/registrations', { token })
  const { items } = (await list.json()) as { items: Applicant[] }
  expect(items.map((one) => one.username)).toEqual([second.username])
  const path = `/api/v1/moderation/registrations/${items[0]!.id}/approve`
  expect((await fresh.request('POST', path, { token })).status).toBe(204)
  await fresh.login(second.username)
  await fresh.close()
  await own.drop()
})

test('what is decided about accounts is decided about none that waits', async () => {
  const admin = await withRole('admin')
  const { username } = await applicant()
  const body = { role: 'moderator', reason: 'For a test' }
  const answer = await auth.request('PUT', `/api/v1/admin/roles/${username}`, { token: admin.accessToken, body })
  expect((await problemOf(answer)).code).toBe('auth.account_not_found')
})
