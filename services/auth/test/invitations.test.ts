import type { CreatedInvitation, InvitedBy, SignedIn } from '@daguerre/contracts'
import { linkIn } from '@daguerre/kit/testing-mail'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueFirstAdminLink } from '../src/role/first-admin.ts'
import { purgeSessions } from '../src/session/purge-sessions.ts'
import { type Auth, createDatabase, password, problemOf, startAuth, uniqueName } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth
/** The same place, with other rules. */
let open: Auth
let members: Auth
let admin: SignedIn

beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true, rules: { REGISTRATION: 'invitation' } })
  open = await startAuth(database.url, { mail: true })
  members = await startAuth(database.url, {
    mail: true,
    rules: { REGISTRATION: 'invitation', INVITATIONS_PER_MEMBER: 3 },
  })
  admin = await withRole('admin')
})
afterAll(async () => {
  await Promise.all([auth.close(), open.close(), members.close()])
  await database.drop()
})

async function withRole(role: 'admin' | 'moderator'): Promise<SignedIn> {
  const person = await open.register()
  await auth.sql('update account set role = ? where id = ?', [role, person.user.id])
  return await open.login(person.user.username)
}

function invite(by: SignedIn, body: object = {}, at: Auth = auth) {
  return at.request('POST', '/api/v1/auth/invitations', { token: by.accessToken, body })
}

async function invited(by: SignedIn, body: object = {}, at: Auth = auth): Promise<CreatedInvitation> {
  const answer = await invite(by, body, at)
  expect(answer.status).toBe(201)
  return (await answer.json()) as CreatedInvitation
}

function register(invitation?: string, at: Auth = auth, more: object = {}) {
  const username = uniqueName()
  const body = { email: `${username}@example.org`, username, password, invitation, ...more }
  return at.request('POST', '/api/v1/auth/register', { body })
}

async function listed(by: SignedIn, at: Auth = auth): Promise<CreatedInvitation[]> {
  const answer = await at.request('GET', '/api/v1/auth/invitations?limit=100', { token: by.accessToken })
  return ((await answer.json()) as { items: CreatedInvitation[] }).items
}

test('the rules are told to everybody', async () => {
  const rules = await Promise.all(
    [auth, open, members].map(async (at) => (await at.request('GET', '/api/v1/auth/registration')).json()),
  )
  expect(rules).toEqual([
    { mode: 'invitation', membersInvite: false },
    { mode: 'open', membersInvite: false },
    { mode: 'invitation', membersInvite: true },
  ])
})

test('by invitation nobody makes an account without a code, and whoever has one does, once; the code is stored nowhere', async () => {
  expect(await problemOf(await register())).toMatchObject({ status: 403, code: 'auth.invitation_required' })
  const earlier = { email: `${uniqueName()}@example.org`, password }
  const answer = await auth.request('POST', '/auth/register', { body: earlier })
  expect(await problemOf(answer)).toMatchObject({ status: 403, code: 'auth.invitation_required' })

  const { code, url, ...invitation } = await invited(admin, { note: 'For Félix' })
  expect(url).toBe(`${auth.config.PUBLIC_URL}/register?invitation=${code}`)
  expect(invitation).toMatchObject({ note: 'For Félix', uses: 0, mostUses: 1, inviter: { id: admin.user.id } })
  const person = (await (await register(code)).json()) as SignedIn
  expect(person.user.role).toBe('member')
  expect(await problemOf(await register(code))).toMatchObject({ status: 410, code: 'auth.invitation_void' })
  expect((await listed(admin)).find(({ id }) => id === invitation.id)).toEqual({ ...invitation, uses: 1 })

  const rows = JSON.stringify(await auth.sql('select to_jsonb(invitation) as row from invitation'))
  expect(rows).not.toContain(code)
  expect(rows).not.toContain(Buffer.from(code).toString('hex'))
})

test('of many at once as many come in as an invitation is for, and of the others nothing is made', async () => {
  const { code, id } = await invited(admin, { mostUses: 3 })
  const answers = await Promise.all(Array.from({ length: 10 }, () => register(code)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => 201),
    ...Array.from({ length: 7 }, () => 410),
  ])
  expect(await auth.sql('select uses from invitation where id = ?', [id])).toEqual([{ uses: 3 }])
  const [made] = await auth.sql<{ count: number }>(
    `select count(*)::int as count from invited where inviter_id = ? and at > now() - interval '1 minute'`,
    [admin.user.id],
  )
  expect(made!.count).toBeGreaterThanOrEqual(3)
})

test('a name that is taken uses nothing up', async () => {
  const { code, id } = await invited(admin)
  const body = { username: admin.user.username }
  expect(await problemOf(await register(code, auth, body))).toMatchObject({ status: 409, code: 'auth.username_taken' })
  expect(await auth.sql('select uses from invitation where id = ?', [id])).toEqual([{ uses: 0 }])
  expect((await register(code)).status).toBe(201)
})

test('one that has expired, was taken back, or whose inviter may not invite any more lets nobody in', async () => {
  const other = await withRole('admin')
  const [expired, back, fallen] = [await invited(admin), await invited(admin), await invited(other)]
  await auth.sql('update invitation set expires_at = now() where id = ?', [expired.id])
  const path = `/api/v1/auth/invitations/${back.id}`
  expect((await auth.request('DELETE', path, { token: admin.accessToken })).status).toBe(204)
  await auth.sql(`update account set role = 'member' where id = ?`, [other.user.id])
  for (const { code } of [expired, back, fallen, { code: 'dgr_iv_nothing' }]) {
    expect((await problemOf(await register(code))).code).toBe('auth.invitation_void')
  }
  await auth.sql(`update account set role = 'admin', deletion_due_at = now() + interval '1 day' where id = ?`, [
    other.user.id,
  ])
  expect((await problemOf(await register(fallen.code))).code).toBe('auth.invitation_void')
  await auth.sql('update account set deletion_due_at = null where id = ?', [other.user.id])
  await auth.sql(
    `insert into account_standing (account_id, state, until, reason, act_id, version) values (?, 'banned', null, '', ?, 1)`,
    [other.user.id, other.user.id],
  )
  expect((await problemOf(await register(fallen.code))).code).toBe('auth.invitation_void')
  await auth.sql('delete from account_standing where account_id = ?', [other.user.id])
  expect((await register(fallen.code)).status).toBe(201)
  await auth.sql(`update invitation set expires_at = now() - interval '2 days' where id = ?`, [expired.id])
  const signal = new AbortController().signal
  await purgeSessions({ em: auth.forkEm(), graceSeconds: 20, keptKeySeconds: 900, signal })
  expect(await auth.sql('select 1 from invitation where id = ?', [expired.id])).toEqual([])
})

test('members invite as many people as they may, and no more; those whom nobody used come back with the invitation', async () => {
  const member = await open.register()
  expect(await problemOf(await invite(member))).toMatchObject({ status: 403, code: 'auth.may_not_invite' })
  const two = await invited(member, { mostUses: 2 }, members)
  expect((await problemOf(await invite(member, { mostUses: 2 }, members))).code).toBe('auth.invitations_used')
  expect((await register(two.code, members)).status).toBe(201)
  const one = await invited(member, {}, members)
  expect((await problemOf(await invite(member, {}, members))).code).toBe('auth.invitations_used')
  const path = `/api/v1/auth/invitations/${two.id}`
  expect((await members.request('DELETE', path, { token: member.accessToken })).status).toBe(204)
  const atOnce = await Promise.all([invite(member, {}, members), invite(member, {}, members)])
  expect(atOnce.map(({ status }) => status).toSorted()).toEqual([201, 409])
  // Where members do not invite any more, what they made is void.
  expect((await problemOf(await register(one.code))).code).toBe('auth.invitation_void')
})

test('everybody sees and takes back their own invitations, and admins all', async () => {
  const [one, two] = [await open.register(), await open.register()]
  const mine = await invited(one, {}, members)
  expect((await listed(one, members)).map(({ id }) => id)).toEqual([mine.id])
  expect(await listed(two, members)).toEqual([])
  expect((await listed(admin)).map(({ id }) => id)).toContain(mine.id)
  const path = `/api/v1/auth/invitations/${mine.id}`
  expect((await problemOf(await auth.request('DELETE', path, { token: two.accessToken }))).code).toBe(
    'auth.invitation_not_found',
  )
  expect((await auth.request('DELETE', path, { token: admin.accessToken })).status).toBe(204)
})

test('moderators see who invited whom, also after the invitation is gone; of an inviter who has left nothing stays', async () => {
  const [moderator, inviter] = [await withRole('moderator'), await withRole('admin')]
  const { code, id } = await invited(inviter)
  const person = ((await (await register(code)).json()) as SignedIn).user
  await auth.request('DELETE', `/api/v1/auth/invitations/${id}`, { token: inviter.accessToken })
  async function look(of: string): Promise<InvitedBy> {
    const path = `/api/v1/moderation/accounts/${of}/inviter`
    return (await (await auth.request('GET', path, { token: moderator.accessToken })).json()) as InvitedBy
  }
  const { id: inviterId, username } = inviter.user
  expect(await look(person.id)).toEqual({ invited: true, inviter: { id: inviterId, username }, others: [] })
  expect(await look(inviterId)).toMatchObject({ invited: false, inviter: null, others: [{ id: person.id }] })
  const denied = await auth.request('GET', `/api/v1/moderation/accounts/${person.id}/inviter`, {
    token: (await open.register()).accessToken,
  })
  expect((await problemOf(denied)).code).toBe('auth.scope_missing')

  const left = await invited(inviter)
  await auth.sql('update account set deletion_due_at = now() where id = ?', [inviterId])
  await auth.deleteDue()
  expect(await look(person.id)).toEqual({ invited: true, inviter: null, others: [] })
  expect(await auth.sql('select 1 from invitation where id = ?', [left.id])).toEqual([])
})

test('a code says nothing of addresses: one that belongs to somebody is answered as any other', async () => {
  const email = `${uniqueName()}@example.org`
  const holder = await register((await invited(admin)).code, auth, { email })
  const { token } = linkIn((await auth.mails(email))[0]!)
  await auth.request('POST', '/api/v1/auth/verify-email', { body: { token } })
  const again = await register((await invited(admin)).code, auth, { email })
  expect([holder.status, again.status]).toEqual([201, 201])
})

test('in an open place a code is used up and remembered, and a void one is refused', async () => {
  const { code } = await invited(admin)
  const person = (await (await register(code, open)).json()) as SignedIn
  expect(await auth.sql('select inviter_id as by from invited where account_id = ?', [person.user.id])).toEqual([
    { by: admin.user.id },
  ])
  expect((await problemOf(await register(code, open))).code).toBe('auth.invitation_void')
})

test('where nobody is admin yet, the link for the first one lets its holder in', async () => {
  const own = await createDatabase()
  const fresh = await startAuth(own.url, { rules: { REGISTRATION: 'invitation' } })
  const link = await issueFirstAdminLink(fresh.forkEm(), 'https://photos.example.org')
  const token = new URL(link!).searchParams.get('token')!
  const first = (await (await register(token, fresh)).json()) as SignedIn
  const body = { token }
  const become = await fresh.request('POST', '/api/v1/auth/first-admin', { token: first.accessToken, body })
  expect(become.status).toBe(204)
  expect((await problemOf(await register(token, fresh))).code).toBe('auth.invitation_void')
  expect((await fresh.login(first.user.username)).user.role).toBe('admin')
  await fresh.close()
  await own.drop()
})
