import { randomBytes } from 'node:crypto'
import { SignedIn } from '@daguerre/contracts'
import { api, type Caller, done, read } from './api.ts'
import { soon } from './soon.ts'

export interface Person extends Caller {
  id: string
  username: string
  email: string
  password: string
  refreshToken: string
}

/** Letters and digits that nobody else has, and that look like nobody else's. */
export function unique(): string {
  return BigInt(`0x${randomBytes(7).toString('hex')}`)
    .toString(16)
    .replaceAll(/[015]/g, (digit) => ({ 0: 'g', 1: 'h', 5: 'j' })[digit] ?? '')
}

export function newAccount(name = 'person') {
  const username = `${name}_${unique()}`
  return { email: `${username}@example.org`, username, password: `silver on copper ${unique()}` }
}

/** Somebody new, signed in. */
export async function signUp(name?: string): Promise<Person> {
  const account = newAccount(name)
  const { user, ...tokens } = await read(SignedIn, api().post('/api/v1/auth/register', account), 201)
  return { ...account, id: user.id, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken }
}

/** The same person on another device: a session of its own. */
export async function signInAgain(person: Person): Promise<Person> {
  const credentials = { login: person.username, password: person.password }
  const { accessToken, refreshToken } = await read(SignedIn, api().post('/api/v1/auth/login', credentials))
  return { ...person, accessToken, refreshToken }
}

/** Somebody whom user knows, whoever is away: right after a sign-up it has to ask auth. */
export async function signUpKnown(name: string): Promise<Person> {
  const person = await signUp(name)
  await soon('user knows them', async () => (await api().get(`/api/v1/users/${person.id}`)).status === 200)
  return person
}

export async function follow(follower: Person, followee: Person): Promise<void> {
  await done(api(follower).put(`/api/v1/users/${followee.id}/follow`))
}

export async function unfollow(follower: Person, followee: Person): Promise<void> {
  await done(api(follower).delete(`/api/v1/users/${followee.id}/follow`))
}
