import { SignedIn } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, read, refused } from '../support/api.ts'
import { challengeOf, codeOf, passkeyQuestion, signUpWithTotp, withPasskey } from '../support/factors.ts'
import { signUp } from '../support/people.ts'

test('somebody with an authenticator app signs in by password and code, each code once', async () => {
  const { person, secret, recoveryCodes } = await signUpWithTotp()
  const challenge = await challengeOf(person)
  const given = { challenge, code: codeOf(secret, 1) }
  const { user } = await read(SignedIn, api().post('/api/v1/auth/login/second-factor', given))
  expect(user.id).toBe(person.id)
  const again = { ...given, challenge: await challengeOf(person) }
  await refused(api().post('/api/v1/auth/login/second-factor', again), 422, 'auth.code_wrong')
  await read(SignedIn, api().post('/api/v1/auth/login/second-factor', { ...again, code: recoveryCodes[0] }))
})

test('a passkey opens the account alone, and completes a sign-in by password', async () => {
  const person = await signUp()
  const { authenticator, id } = await withPasskey(person)
  const alone = { passkey: authenticator.get(await passkeyQuestion()) }
  expect((await read(SignedIn, api().post('/api/v1/auth/login/passkey', alone))).user.id).toBe(person.id)
  const challenge = await challengeOf(person)
  const passkey = authenticator.get(await passkeyQuestion(challenge))
  await read(SignedIn, api().post('/api/v1/auth/login/second-factor', { challenge, passkey }))
  const stranger = await signUp()
  await refused(api(stranger).delete(`/api/v1/auth/passkeys/${id}`), 404, 'auth.passkey_not_found')
})
