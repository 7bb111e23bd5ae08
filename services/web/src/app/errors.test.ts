import { ApiError, ConnectionError } from '@daguerre/client'
import { afterEach, expect, test, vi } from 'vitest'
import { describe, fieldErrors, isSignedOut } from './errors.ts'

afterEach(() => vi.unstubAllGlobals())

function refused(status: number, code: string, retryAfter: number | null = null, rest: object = {}): ApiError {
  return new ApiError({ status, code, ...rest }, retryAfter)
}

test('a code says more than its status', () => {
  expect(describe(refused(409, 'auth.username_taken')).id).toBe('error.usernameTaken')
  expect(describe(refused(409, 'something.new')).id).toBe('error.conflict')
  expect(describe(refused(418, 'http.418')).id).toBe('error.unknown')
  expect(describe(refused(599, 'http.599')).id).toBe('error.server')
})

test('no line and no server are two things', () => {
  vi.stubGlobal('navigator', { onLine: false })
  expect(describe(new ConnectionError(null)).id).toBe('error.offline')
  vi.stubGlobal('navigator', { onLine: true })
  expect(describe(new ConnectionError(null))).toMatchObject({ id: 'error.unreachable', mayRepeat: true })
})

test('a pause is told in seconds, minutes or hours, and when it is over', () => {
  const limited = refused(429, 'request.rate_limited', 300)
  expect(describe(limited)).toMatchObject({ id: 'error.waitMinutes', values: { minutes: 5 }, waitSeconds: 300 })
  expect(describe(limited, 42)).toMatchObject({ id: 'error.wait', values: { seconds: 42 } })
  expect(describe(limited, 0).id).toBe('error.waitOver')
  expect(describe(limited, 80_000)).toMatchObject({ id: 'error.waitHours', values: { hours: 23 } })
  expect(describe(refused(429, 'auth.too_many_attempts', 30)).id).toBe('error.attempts')
  expect(describe(refused(429, 'request.rate_limited')).id).toBe('error.busy')
})

test('a number to quote is given for what is the fault of the server only', () => {
  expect(describe(refused(500, 'service.failed', null, { requestId: 'r1' }))).toMatchObject({
    id: 'error.server',
    reference: 'r1',
  })
  expect(describe(refused(404, 'post.not_found', null, { requestId: 'r1' })).reference).toBeNull()
})

test('what was thrown by our own code is described too', () => {
  expect(describe(new TypeError('x is not a function')).id).toBe('error.unknown')
  expect(describe(undefined).id).toBe('error.unknown')
})

test('errors of fields are put to the fields of the form, in its words', () => {
  const texts = { email: 'account.emailWrong', username: 'account.usernameWrong', media: 'error.invalidField' } as const
  const invalid = refused(422, 'request.invalid', null, {
    errors: [
      { pointer: '#/username', detail: 'is a reserved name' },
      { pointer: '#/media/0/altText', detail: 'too long' },
      { pointer: '#/other', detail: 'is not known here' },
    ],
  })
  expect(fieldErrors(invalid, texts)).toEqual({ username: 'account.usernameWrong', media: 'error.invalidField' })
  const taken = refused(409, 'auth.username_taken', null, { errors: [{ pointer: '#/username', detail: 'is taken' }] })
  expect(fieldErrors(taken, texts)).toEqual({ username: 'error.usernameTaken' })
  expect(fieldErrors(new ConnectionError(null), texts)).toEqual({})
})

test('a wrong password does not mean that the session is over', () => {
  expect(isSignedOut(refused(401, 'auth.session_ended'))).toBe(true)
  expect(isSignedOut(refused(401, 'auth.credentials_wrong'))).toBe(false)
})
