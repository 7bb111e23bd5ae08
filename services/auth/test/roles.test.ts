import type { Role, SignedIn } from '@daguerre/contracts'
import { ordinaryScopes } from '@daguerre/kit/tokens'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Auth, createDatabase, startAuth } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth

beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url)
})
afterAll(async () => {
  await auth.close()
  await database.drop()
})

function scopesOf({ accessToken }: SignedIn): string[] | undefined {
  return (decodeJwt(accessToken)['scope'] as string | undefined)?.split(' ')
}

async function refreshed(signedIn: SignedIn): Promise<SignedIn> {
  return (await (await auth.refresh(signedIn.refreshToken)).json()) as SignedIn
}

async function give(person: SignedIn, role: Role): Promise<void> {
  await auth.sql('update account set role = ? where id = ?', [role, person.user.id])
}

test("a member's tokens say nothing of scopes, and those of moderators and admins what their role adds", async () => {
  const person = await auth.register()
  expect(person.user.role).toBe('member')
  expect(scopesOf(person)).toBeUndefined()
  expect(scopesOf(await auth.login(person.user.username))).toBeUndefined()

  await give(person, 'moderator')
  const moderator = await refreshed(person)
  expect(moderator.user.role).toBe('moderator')
  expect(scopesOf(moderator)).toEqual([...ordinaryScopes, 'moderate'])

  await give(person, 'admin')
  for (const admin of [await refreshed(moderator), await auth.login(person.user.username)]) {
    expect(admin.user.role).toBe('admin')
    expect(scopesOf(admin)).toEqual([...ordinaryScopes, 'moderate', 'admin'])
    const me = await auth.request('GET', '/api/v1/auth/me', { token: admin.accessToken })
    expect(await me.json()).toMatchObject({ role: 'admin' })
  }
})
