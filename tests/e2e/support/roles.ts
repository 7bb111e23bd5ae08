import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { type Role, usernameSkeleton } from '@daguerre/contracts'
import pg from 'pg'
import { system } from '../../setup/system.ts'
import type { Operation } from './description.ts'
import { newAccount, type Person, signInAgain, signUp } from './people.ts'

/** Whether a route is for moderators or admins. */
export function needsRole({ security }: Operation): boolean {
  const scopes = security?.flatMap((requirement) => requirement['bearer'] ?? []) ?? []
  return scopes.includes('moderate') || scopes.includes('admin')
}

/** Somebody new with a role, as an admin would have given it. */
export async function signUpAs(role: Role): Promise<Person> {
  const person = await signUp(role)
  await inAuth('update account set role = $1 where id = $2', [role, person.id])
  return await signInAgain(person)
}

/** Somebody who waits for moderators, as where these let people in. With a password of their own, and no token. */
export async function applicant(application = ''): Promise<{ id: string; username: string; password: string }> {
  const { username, password } = await signUp('applicant')
  const [id, name] = [randomUUID(), newAccount('waiting').username]
  await inAuth(
    `with made as (
       insert into account (id, email, email_key, username, username_skeleton, password_hash)
       select $1::uuid, $2::text || '@example.org', $2, $2, $3, password_hash from account where username = $4 returning id
     )
     insert into application (account_id, text) select id, $5 from made`,
    [id, name, usernameSkeleton(name), username, application],
  )
  return { id, username: name, password }
}

/** The token of a link for the first admin, as the start prints it. */
export async function firstAdminToken(): Promise<string> {
  const token = `dgr_fa_${randomBytes(32).toString('base64url')}`
  const hash = createHash('sha256').update(token).digest()
  await inAuth("insert into first_admin_link (hash, expires_at) values ($1, now() + interval '1 day')", [hash])
  return token
}

/** A statement in auth's database, for what no route does. */
export async function inAuth(sql: string, params: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: system.database('auth') })
  await client.connect()
  try {
    await client.query(sql, params)
  } finally {
    await client.end()
  }
}
