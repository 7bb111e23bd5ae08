import { expect, test } from 'vitest'
import { readAuthorization } from './read-authorization.ts'

test('what an application asks is taken letter by letter; what is there twice, or not known, is not', () => {
  expect(readAuthorization('client_id=a&state=00012345678901234567890&scope=read+post&nonce=x')).toEqual({
    client_id: 'a',
    state: '00012345678901234567890',
    scope: 'read post',
  })
  expect(readAuthorization('?redirect_uri=https%3A%2F%2Fa.example&redirect_uri=https%3A%2F%2Fevil.example')).toEqual({})
  expect(readAuthorization('')).toEqual({})
})
