import { linkIn } from '@daguerre/kit/testing-mail'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Auth, createDatabase, password, problemOf, startAuth, uniqueName } from './system.ts'

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

interface Way {
  field: string
  /** Chooses a password for somebody of this name. */
  choose: (name: string, chosen: string) => Promise<Response>
}

async function linkFor(email: string): Promise<string> {
  await auth.request('POST', '/api/v1/auth/password-reset', { body: { email } })
  return linkIn((await auth.mails(email)).find(({ subject }) => subject === 'Choose a new password')!).token
}

const ways: [string, Way][] = [
  [
    'registration',
    {
      field: '#/password',
      choose: (name, chosen) =>
        auth.request('POST', '/api/v1/auth/register', {
          body: { email: `${name}@example.org`, username: uniqueName(), password: chosen },
        }),
    },
  ],
  [
    'registration by an earlier client',
    {
      field: '#/password',
      choose: (name, chosen) =>
        auth.request('POST', '/auth/register', { body: { email: `${name}@example.org`, password: chosen } }),
    },
  ],
  [
    'a change',
    {
      field: '#/newPassword',
      async choose(name, chosen) {
        const { accessToken: token } = await auth.register({ username: name })
        const body = { currentPassword: password, newPassword: chosen }
        return auth.request('PUT', '/api/v1/auth/password', { token, body })
      },
    },
  ],
  [
    'a reset',
    {
      field: '#/password',
      async choose(name, chosen) {
        const { user } = await auth.register({ username: name })
        const body = { token: await linkFor(user.email), password: chosen }
        return auth.request('POST', '/api/v1/auth/password-reset/confirm', { body })
      },
    },
  ],
]

test.each(ways)('%s takes neither a common password nor one with the own name in it', async (_, { field, choose }) => {
  const common = await choose(uniqueName(), 'QwertyUiop')
  expect(await problemOf(common)).toEqual({ status: 422, code: 'auth.password_common', pointers: [field] })
  const name = uniqueName()
  const personal = await choose(name, `i am ${name.toUpperCase()}!`)
  expect(await problemOf(personal)).toEqual({ status: 422, code: 'auth.password_personal', pointers: [field] })
})

test('a password that is refused does not use up the link of a reset', async () => {
  const { user } = await auth.register()
  const token = await linkFor(user.email)
  for (const [chosen, status] of [
    ['password123', 422],
    ['a-daguerreotype-is-a-mirror', 204],
  ] as const) {
    const body = { token, password: chosen }
    expect((await auth.request('POST', '/api/v1/auth/password-reset/confirm', { body })).status).toBe(status)
  }
  await auth.login(user.username, 'a-daguerreotype-is-a-mirror')
})
