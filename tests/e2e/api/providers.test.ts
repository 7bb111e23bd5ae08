import { Account, Factors, SignedIn } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, done, read, refused } from '../support/api.ts'
import { broughtBy, linkProvider, signUpByProvider } from '../support/providers.ts'
import { signUp, unique } from '../support/people.ts'
import { system } from '../../setup/system.ts'

// A cluster has no provider that these could ask.
test.skipIf(process.env['E2E_CLUSTER'])(
  'somebody signs in elsewhere, chooses a name, and comes back by the same way',
  async () => {
    const { body } = await api().get('/api/v1/auth/providers')
    expect(body).toEqual({ items: [{ id: 'example', name: 'Example' }] })
    const person = await signUpByProvider()
    const account = await read(Account, api(person).get('/api/v1/auth/me'))
    expect(account).toMatchObject({ username: person.username, emailVerified: true })
    const { brought, headers } = await broughtBy(person.username)
    await refused(api().post('/api/v1/auth/login/provider', brought), 410, 'auth.visit_void')
    const { user } = await read(SignedIn, api().post('/api/v1/auth/login/provider', brought, { headers }))
    expect(user.id).toBe(person.id)
    await refused(api().post('/api/v1/auth/login/provider', brought, { headers }), 410, 'auth.visit_void')
    expect(system.log('auth')).not.toContain(brought.code)
  },
)

test.skipIf(process.env['E2E_CLUSTER'])(
  'who has an account links a provider, and says by it who they are',
  async () => {
    const [person, login] = [await signUp(), `elsewhere_${unique()}`]
    const { id } = await linkProvider(person, login)
    const { identities, hasPassword } = await read(Factors, api(person).get('/api/v1/auth/factors'))
    expect([identities.map((one) => one.id), hasPassword]).toEqual([[id], true])
    const way = { path: '/api/v1/auth/reauthenticate/provider', caller: person }
    const { brought, headers } = await broughtBy(login, way)
    await done(api(person).post('/api/v1/auth/reauthenticate', { provider: brought }, { headers }))
    await done(api(person).delete(`/api/v1/auth/identities/${id}`))

    const elsewhere = await signUpByProvider()
    const [only] = (await read(Factors, api(elsewhere).get('/api/v1/auth/factors'))).identities
    await refused(api(elsewhere).delete(`/api/v1/auth/identities/${only?.id}`), 409, 'auth.last_way_in')
  },
)
