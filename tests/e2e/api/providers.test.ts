import { Account, SignedIn } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, read, refused } from '../support/api.ts'
import { broughtBy, signUpByProvider } from '../support/providers.ts'
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
