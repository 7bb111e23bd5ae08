import {
  Applicant,
  AuditEntry,
  CreatedInvitation,
  InvitedBy,
  Page,
  RegistrationRules,
  SignedIn,
} from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, done, read, refused } from '../support/api.ts'
import { newAccount, signUp } from '../support/people.ts'
import { applicant, signUpAs } from '../support/roles.ts'
import { soon } from '../support/soon.ts'

test('somebody comes in by an invitation, once, and moderators see by whose', async () => {
  const [inviter, moderator] = await Promise.all([signUp('inviter'), signUpAs('moderator')])
  expect(await read(RegistrationRules, api().get('/api/v1/auth/registration'))).toEqual({
    mode: 'open',
    membersInvite: true,
  })
  const { code } = await read(CreatedInvitation, api(inviter).post('/api/v1/auth/invitations', { note: 'Félix' }), 201)
  const account = { ...newAccount('invited'), invitation: code }
  const { user } = await read(SignedIn, api().post('/api/v1/auth/register', account), 201)
  await refused(api().post('/api/v1/auth/register', { ...newAccount(), invitation: code }), 410, 'auth.invitation_void')
  const by = await read(InvitedBy, api(moderator).get(`/api/v1/moderation/accounts/${user.id}/inviter`))
  expect(by).toEqual({ invited: true, inviter: { id: inviter.id, username: inviter.username }, others: [] })
})

test('who waits for moderators is not there; let in, they are, and whoever is declined never was', async () => {
  const [moderator, one, other] = [await signUpAs('moderator'), await applicant('From the club'), await applicant()]
  function signIn({ username: login, password }: { username: string; password: string }) {
    return api().post('/api/v1/auth/login', { login, password })
  }
  const queue = await read(Page(Applicant), api(moderator).get('/api/v1/moderation/registrations?limit=100'))
  expect(queue.items.find(({ id }) => id === one.id)).toMatchObject({ application: 'From the club' })
  await refused(signIn(one), 403, 'auth.approval_pending')
  await refused(api().get(`/api/v1/users/${one.username}`), 404, 'user.not_found')

  await done(api(moderator).post(`/api/v1/moderation/registrations/${one.id}/approve`))
  await read(SignedIn, signIn(one))
  await soon('they are there', async () => (await api().get(`/api/v1/users/${one.username}`)).status === 200)
  await done(
    api(moderator).post(`/api/v1/moderation/registrations/${other.id}/decline`, { reason: 'Not from the club' }),
  )
  await refused(signIn(other), 401, 'auth.credentials_wrong')
  const entries = await soon('it is on record', async () => {
    const { items } = await read(Page(AuditEntry), api(moderator).get('/api/v1/moderation/audit?limit=100'))
    const found = items.filter(({ subject }) => subject.id === one.id || subject.id === other.id)
    return found.length === 2 && found
  })
  expect(entries.find(({ subject }) => subject.id === other.id)).toMatchObject({
    actor: { id: moderator.id, username: moderator.username },
    action: 'decline_registration',
    reason: 'Not from the club',
  })
})
