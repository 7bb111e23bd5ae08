import {
  Account,
  AccountDeletion,
  Factors,
  Page,
  Passkey,
  problems,
  Registration,
  RegistrationWaits,
  Session,
  SignedIn,
  SignInChallenge,
} from '@daguerre/contracts'
import { pageQuery, readPage } from '@daguerre/kit/cursor'
import { createRoute, createRouter, created, deprecated, emOf, signedIn, viewerOf, z } from '@daguerre/kit/http'
import { idempotent } from '@daguerre/kit/idempotency'
import type { Context } from 'hono'
import { changeAddress } from '../account/change-address.ts'
import { confirmAddress } from '../account/confirm-address.ts'
import { findOwnAccount } from '../account/find-own-account.ts'
import { registerAccount, registerAccountByEmail } from '../account/register-account.ts'
import { resendConfirmation } from '../account/resend-confirmation.ts'
import type { AppDeps } from '../app.ts'
import { beginTotp } from '../factor/begin-totp.ts'
import { confirmTotp } from '../factor/confirm-totp.ts'
import { listFactors } from '../factor/list-factors.ts'
import { removeTotp } from '../factor/remove-totp.ts'
import { renewRecoveryCodes } from '../factor/renew-recovery-codes.ts'
import { addPasskey } from '../passkey/add-passkey.ts'
import { askForPasskey } from '../passkey/ask-for-passkey.ts'
import { beginPasskey } from '../passkey/begin-passkey.ts'
import { removePasskey } from '../passkey/remove-passkey.ts'
import { renamePasskey } from '../passkey/rename-passkey.ts'
import type { Assertion } from '../passkey/use-passkey.ts'
import { requestDeletion } from '../leaving/request-deletion.ts'
import { takeBackDeletion } from '../leaving/take-back.ts'
import { changePassword } from '../password/change-password.ts'
import { requestPasswordReset } from '../password/request-password-reset.ts'
import { resetPassword } from '../password/reset-password.ts'
import { cleanUserAgent } from '../session/clean-user-agent.ts'
import { completeSignIn, type Proof } from '../session/complete-sign-in.ts'
import { originOf } from '../session/device-cookie.ts'
import { endOtherSessions, endSession, signOut } from '../session/end-session.ts'
import { listSessions } from '../session/list-sessions.ts'
import { reauthenticate } from '../session/reauthenticate.ts'
import { refreshSession } from '../session/refresh-session.ts'
import { findSignInChallenge } from '../session/sign-in-challenge.ts'
import { signIn } from '../session/sign-in.ts'
import { signInByPasskey } from '../session/sign-in-by-passkey.ts'
import { noStore } from './no-store.ts'
import { sessionDepsOf } from './session-deps.ts'
import {
  AddressChange,
  AddressConfirmation,
  Credentials,
  EmailCredentials,
  EmailRegistration,
  JsonWebKeys,
  PasskeyAdded,
  PasskeyEdit,
  PasskeyOptions,
  PasskeyQuestion,
  PasskeyRegistration,
  PasskeySignIn,
  PasswordChange,
  PasswordReset,
  PasswordResetRequest,
  Reauthentication,
  RecoveryCodes,
  RefreshRequest,
  SecondFactor,
  TotpAdded,
  TotpConfirmation,
  TotpSecret,
} from './schemas.ts'

const tags = ['auth']

function json<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } } }
}

const idempotencyHeader = z.object({
  'idempotency-key': z.string().optional().openapi({
    description: 'The same key with the same body gets the same answer for 24 hours.',
  }),
})

const location = { Location: { description: 'The person that was made.', schema: { type: 'string' as const } } }
const signedInAnswer = { description: 'Signed in.', ...json(SignedIn) }
const challengeAnswer = {
  description: 'The password is right, and a second factor is asked for: auth/login/second-factor.',
  ...json(SignInChallenge),
}
const registeredAnswer = { description: 'The account is made and signed in.', headers: location, ...json(SignedIn) }

const waitsAnswer = {
  description: 'By approval: nobody is signed in before the address is confirmed and moderators have approved.',
  ...json(RegistrationWaits),
}

const notFresh = { ...problems(403)[403], description: 'The session is not fresh: auth.reauthentication_required.' }

const register = createRoute({
  method: 'post',
  path: '/api/v1/auth/register',
  operationId: 'register',
  tags,
  summary: 'Make an account',
  description:
    'Makes an account and signs in. Addresses are compared without regard to capitals. A username that looks like ' +
    'another one (l0uise, louise) counts as taken. The address gets a link to confirm it. One that has an account already is ' +
    'answered like any other, and its mailbox is told; only where the server sends no mail it is refused (409, auth.email_taken). By invitation it needs a code (403 auth.invitation_required, 410 ' +
    'auth.invitation_void); by approval the answer is 202, without one. See auth/registration.',
  security: [],
  middleware: [noStore, idempotent],
  request: { headers: idempotencyHeader, body: { required: true, ...json(Registration) } },
  responses: {
    201: registeredAnswer,
    202: waitsAnswer,
    ...problems(400, 403, 409, 410, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'register',
})

const login = createRoute({
  method: 'post',
  path: '/api/v1/auth/login',
  operationId: 'login',
  tags,
  summary: 'Sign in',
  description:
    'Begins a session. The name is an e-mail address or a username, sent as login, email or username. Where the account has a second ' +
    'factor the answer is 202 with a challenge, and no session yet.',
  security: [],
  middleware: [noStore, idempotent],
  request: { headers: idempotencyHeader, body: { required: true, ...json(Credentials) } },
  responses: { 200: signedInAnswer, 202: challengeAnswer, ...problems(400, 401, 403, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'login',
})

const secondFactor = createRoute({
  method: 'post',
  path: '/api/v1/auth/login/second-factor',
  operationId: 'completeLogin',
  tags,
  summary: 'Sign in, the second step',
  description:
    'Begins the session that auth/login has answered a challenge for, by a code of an authenticator app, a recovery code, or a passkey. ' +
    'A code is taken once. A wrong one may be followed by another within five minutes.',
  security: [],
  middleware: [noStore],
  request: { body: { required: true, ...json(SecondFactor) } },
  responses: { 200: signedInAnswer, ...problems(400, 403, 410, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'login',
})

const passkeyQuestion = createRoute({
  method: 'post',
  path: '/api/v1/auth/login/passkey/options',
  operationId: 'askForPasskey',
  tags,
  summary: 'Ask for a passkey to sign in with',
  description:
    'With the challenge of auth/login: one of the passkeys of that account, as second factor. Without: whichever somebody has here.',
  security: [],
  middleware: [noStore],
  request: { body: { required: true, ...json(PasskeyQuestion) } },
  responses: {
    200: { description: 'For navigator.credentials.get(), within five minutes.', ...json(PasskeyOptions) },
    ...problems(400, 410, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'passkey',
})

const passkeyLogin = createRoute({
  method: 'post',
  path: '/api/v1/auth/login/passkey',
  operationId: 'loginByPasskey',
  tags,
  summary: 'Sign in with a passkey alone',
  description: 'Needs neither a name nor a password, and no second factor: a passkey asks who uses it.',
  security: [],
  middleware: [noStore],
  request: { body: { required: true, ...json(PasskeySignIn) } },
  responses: { 200: signedInAnswer, ...problems(400, 403, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'passkey',
})

const refresh = createRoute({
  method: 'post',
  path: '/api/v1/auth/refresh',
  operationId: 'refresh',
  tags,
  summary: 'Exchange the refresh token',
  description:
    'Answers a new access token and the next refresh token; the one that was sent is used up. When an answer was lost, ' +
    'the same request within some seconds gets the same next token. Any later use of it ends the session.',
  security: [],
  middleware: [noStore],
  request: { body: { required: true, ...json(RefreshRequest) } },
  responses: {
    200: { ...signedInAnswer, description: 'The next tokens.' },
    ...problems(400, 401, 403, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'refresh',
})

const logout = createRoute({
  method: 'post',
  path: '/api/v1/auth/logout',
  operationId: 'logout',
  tags,
  summary: 'Sign out',
  description: 'Ends the session; its access token is refused from then on too.',
  ...signedIn,
  responses: { 204: { description: 'The session is over.' }, ...problems(401, 429, 503) },
})

const me = createRoute({
  method: 'get',
  path: '/api/v1/auth/me',
  operationId: 'getOwnAccount',
  tags,
  summary: 'The account of who is signed in',
  description: 'What only its owner sees: the e-mail address above all. The profile is at /api/v1/users/me.',
  ...signedIn,
  responses: { 200: { description: 'The account.', ...json(Account) }, ...problems(401, 429, 503) },
})

const password = createRoute({
  method: 'put',
  path: '/api/v1/auth/password',
  operationId: 'changePassword',
  tags,
  summary: 'Change the password',
  description:
    'Asks for the current one again, and where there is a second factor for a fresh session, and ends all other sessions.',
  ...signedIn,
  request: { body: { required: true, ...json(PasswordChange) } },
  responses: { 204: { description: 'Changed.' }, 403: notFresh, ...problems(400, 401, 413, 415, 422, 429, 503) },
})

const reauthenticateRoute = createRoute({
  method: 'post',
  path: '/api/v1/auth/reauthenticate',
  operationId: 'reauthenticate',
  tags,
  summary: 'Say again who I am',
  description:
    'What is dangerous asks for it by 403 auth.reauthentication_required. Then, and after each sign-in, it is open to this session for ' +
    'ten minutes. A provider is asked by auth/reauthenticate/provider, and is no more than the password where there is a second factor.',
  ...signedIn,
  request: { body: { required: true, ...json(Reauthentication) } },
  responses: { 204: { description: 'It is open now.' }, ...problems(400, 401, 404, 410, 413, 415, 422, 429, 503) },
})

const reauthenticationOptions = createRoute({
  method: 'post',
  path: '/api/v1/auth/reauthenticate/options',
  operationId: 'askForOwnPasskey',
  tags,
  summary: 'Ask for one of my passkeys, to say again who I am',
  ...signedIn,
  responses: {
    200: { description: 'For navigator.credentials.get(), within five minutes.', ...json(PasskeyOptions) },
    ...problems(401, 429, 503),
  },
})

const dangerous = 'Wants a fresh session: 403 auth.reauthentication_required else, see auth/reauthenticate.'

const factorList = createRoute({
  method: 'get',
  path: '/api/v1/auth/factors',
  operationId: 'getFactors',
  tags,
  summary: 'My second factors',
  ...signedIn,
  responses: { 200: { description: 'What there is.', ...json(Factors) }, ...problems(401, 429, 503) },
})

const totpBegin = createRoute({
  method: 'post',
  path: '/api/v1/auth/totp',
  operationId: 'beginTotp',
  tags,
  summary: 'A secret for an authenticator app',
  description: `It counts when a code of it has been given to auth/totp/confirm; until then nothing changes. ${dangerous}`,
  ...signedIn,
  middleware: [...signedIn.middleware, noStore],
  responses: { 200: { description: 'The secret.', ...json(TotpSecret) }, 403: notFresh, ...problems(401, 429, 503) },
})

const totpConfirm = createRoute({
  method: 'post',
  path: '/api/v1/auth/totp/confirm',
  operationId: 'confirmTotp',
  tags,
  summary: 'Use the authenticator app from now on',
  description: `By a code of the secret that was begun. Sessions go on. ${dangerous}`,
  ...signedIn,
  middleware: [...signedIn.middleware, noStore],
  request: { body: { required: true, ...json(TotpConfirmation) } },
  responses: {
    200: { description: 'It is asked for at each sign-in.', ...json(TotpAdded) },
    403: notFresh,
    ...problems(400, 401, 409, 413, 415, 422, 429, 503),
  },
})

const totpRemove = createRoute({
  method: 'delete',
  path: '/api/v1/auth/totp',
  operationId: 'removeTotp',
  tags,
  summary: 'Do without the authenticator app',
  description: `One that is not there stays so. After the last factor recovery codes are gone too. ${dangerous}`,
  ...signedIn,
  responses: { 204: { description: 'There is none.' }, 403: notFresh, ...problems(401, 429, 503) },
})

const recoveryCodesRenew = createRoute({
  method: 'post',
  path: '/api/v1/auth/recovery-codes',
  operationId: 'renewRecoveryCodes',
  tags,
  summary: 'New recovery codes',
  description: `In place of those of before. ${dangerous}`,
  ...signedIn,
  middleware: [...signedIn.middleware, noStore],
  responses: {
    200: { description: 'Ten codes.', ...json(RecoveryCodes) },
    403: notFresh,
    ...problems(401, 409, 429, 503),
  },
})

const passkeyBegin = createRoute({
  method: 'post',
  path: '/api/v1/auth/passkeys/options',
  operationId: 'beginPasskey',
  tags,
  summary: 'What to make a passkey from',
  description: dangerous,
  ...signedIn,
  middleware: [...signedIn.middleware, noStore],
  responses: {
    200: { description: 'For navigator.credentials.create(), within five minutes.', ...json(PasskeyOptions) },
    403: notFresh,
    ...problems(401, 429, 503),
  },
})

const passkeyAdd = createRoute({
  method: 'post',
  path: '/api/v1/auth/passkeys',
  operationId: 'addPasskey',
  tags,
  summary: 'Add a passkey',
  description: `It opens the account by itself, and is asked for, as any second factor, after a password. ${dangerous}`,
  ...signedIn,
  middleware: [...signedIn.middleware, noStore],
  request: { body: { required: true, ...json(PasskeyRegistration) } },
  responses: {
    // No 201, which would take an Idempotency-Key: what the answer holds is stored nowhere, and its challenge is good once.
    200: { description: 'It is there.', ...json(PasskeyAdded) },
    403: notFresh,
    ...problems(400, 401, 409, 413, 415, 422, 429, 503),
  },
})

const passkeyRename = createRoute({
  method: 'patch',
  path: '/api/v1/auth/passkeys/{id}',
  operationId: 'renamePasskey',
  tags,
  summary: 'Call a passkey something else',
  ...signedIn,
  request: { params: z.object({ id: z.uuid() }), body: { required: true, ...json(PasskeyEdit) } },
  responses: {
    200: { description: 'Its new name.', ...json(Passkey) },
    ...problems(400, 401, 404, 413, 415, 422, 429, 503),
  },
})

const passkeyRemove = createRoute({
  method: 'delete',
  path: '/api/v1/auth/passkeys/{id}',
  operationId: 'removePasskey',
  tags,
  summary: 'Remove a passkey',
  description: dangerous,
  ...signedIn,
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    204: { description: 'It opens nothing any more.' },
    403: notFresh,
    ...problems(401, 404, 409, 422, 429, 503),
  },
})

const deleteAccount = createRoute({
  method: 'delete',
  path: '/api/v1/auth/account',
  operationId: 'deleteAccount',
  tags,
  summary: 'Delete my account',
  description:
    'Ends all sessions at once, and nobody sees you any more. After some days of grace (`deletionAt`) everything of yours is deleted for good: ' +
    'profile, posts with their photos, comments, likes, messages. Until then sign in and take it back. Your username is never given to ' +
    'anybody else. Asks for a session that has lately said who it is: 403 auth.reauthentication_required.',
  ...signedIn,
  responses: {
    202: { description: 'You are leaving.', ...json(AccountDeletion) },
    403: notFresh,
    ...problems(401, 429, 503),
  },
})

const keepAccount = createRoute({
  method: 'delete',
  path: '/api/v1/auth/account/deletion',
  operationId: 'takeBackDeletion',
  tags,
  summary: 'Keep my account after all',
  description: 'Everything is there again. Who was not leaving stays as they are.',
  ...signedIn,
  responses: { 204: { description: 'You stay.' }, ...problems(401, 429, 503) },
})

const mailOff = 'Without mail: 404 with the code auth.mail_off.'
const mailed = { description: 'Taken. What there is to send is sent soon.' }

const confirm = createRoute({
  method: 'post',
  path: '/api/v1/auth/verify-email',
  operationId: 'confirmAddress',
  tags,
  summary: 'Confirm an e-mail address',
  description:
    'With the token of the link that was sent there, which works once and for a day. A new address of an account takes the ' +
    'place of the old one by this, and the old one is told.',
  security: [],
  middleware: [noStore, idempotent],
  request: { headers: idempotencyHeader, body: { required: true, ...json(AddressConfirmation) } },
  responses: { 204: { description: 'Confirmed.' }, ...problems(400, 409, 410, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'login',
})

const resend = createRoute({
  method: 'post',
  path: '/api/v1/auth/verify-email/resend',
  operationId: 'resendConfirmation',
  tags,
  summary: 'Send the link to confirm an address again',
  description: `The link before does not work any more. Nothing is sent if the address is confirmed. ${mailOff}`,
  ...signedIn,
  responses: { 202: mailed, ...problems(401, 404, 429, 503) },
  'x-rate-limit': 'mail',
})

const email = createRoute({
  method: 'put',
  path: '/api/v1/auth/email',
  operationId: 'changeAddress',
  tags,
  summary: 'Change the e-mail address',
  description:
    'Asks for the password again, and sends a link to the new address, which is used from when it is confirmed by that. ' +
    `The answer is the same whether the address has an account or not. ${mailOff}`,
  ...signedIn,
  request: { body: { required: true, ...json(AddressChange) } },
  responses: { 202: mailed, 403: notFresh, ...problems(400, 401, 404, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'mail',
})

const requestReset = createRoute({
  method: 'post',
  path: '/api/v1/auth/password-reset',
  operationId: 'requestPasswordReset',
  tags,
  summary: 'Ask for a new password',
  description:
    'If the address has an account, a link is sent to it that works once and for 30 minutes; the one before does not work any ' +
    `more. The answer is the same if it has none. ${mailOff}`,
  security: [],
  middleware: [noStore, idempotent],
  request: { headers: idempotencyHeader, body: { required: true, ...json(PasswordResetRequest) } },
  responses: { 202: mailed, ...problems(400, 404, 409, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'reset',
})

const reset = createRoute({
  method: 'post',
  path: '/api/v1/auth/password-reset/confirm',
  operationId: 'resetPassword',
  tags,
  summary: 'Choose a new password',
  description: 'With the token of the link. Ends all sessions of the account.',
  security: [],
  middleware: [noStore, idempotent],
  request: { headers: idempotencyHeader, body: { required: true, ...json(PasswordReset) } },
  responses: { 204: { description: 'Changed.' }, ...problems(400, 409, 410, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'login',
})

const sessions = createRoute({
  method: 'get',
  path: '/api/v1/auth/sessions',
  operationId: 'listSessions',
  tags,
  summary: 'Where I am signed in',
  description: 'Own sessions that are not over, the newest first.',
  ...signedIn,
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: { description: 'A page of sessions.', ...json(Page(Session)) },
    ...problems(400, 401, 422, 429, 503),
  },
})

const deleteOthers = createRoute({
  method: 'delete',
  path: '/api/v1/auth/sessions',
  operationId: 'endOtherSessions',
  tags,
  summary: 'Sign out everywhere else',
  description: 'Ends all own sessions but the one that asks.',
  ...signedIn,
  responses: { 204: { description: 'They are over.' }, ...problems(401, 429, 503) },
})

const deleteOne = createRoute({
  method: 'delete',
  path: '/api/v1/auth/sessions/{id}',
  operationId: 'endSession',
  tags,
  summary: 'End one of my sessions',
  description: 'Also the one that asks. One that is over already stays so.',
  ...signedIn,
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 204: { description: 'It is over.' }, ...problems(401, 404, 422, 429, 503) },
})

const jwks = createRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  operationId: 'getJsonWebKeys',
  tags,
  summary: 'Keys that verify access tokens',
  description: 'A new key is published here before it signs, and an old one stays until its last token has ended.',
  security: [],
  responses: { 200: { description: 'The public keys.', ...json(JsonWebKeys) } },
})

const registerAlias = createRoute({
  method: 'post',
  path: '/auth/register',
  operationId: 'registerByEmail',
  tags,
  deprecated: true,
  summary: 'Make an account (earlier systems)',
  description: 'As /api/v1/auth/register; the username is made from the e-mail address.',
  security: [],
  middleware: [noStore, deprecated('/api/v1/auth/register'), idempotent],
  request: { headers: idempotencyHeader, body: { required: true, ...json(EmailRegistration) } },
  responses: {
    201: registeredAnswer,
    202: waitsAnswer,
    ...problems(400, 403, 409, 410, 413, 415, 422, 429, 503),
  },
  'x-rate-limit': 'register',
})

const loginAlias = createRoute({
  method: 'post',
  path: '/auth/login',
  operationId: 'loginByEmail',
  tags,
  deprecated: true,
  summary: 'Sign in (earlier systems)',
  description: 'As /api/v1/auth/login.',
  security: [],
  middleware: [noStore, deprecated('/api/v1/auth/login'), idempotent],
  request: { headers: idempotencyHeader, body: { required: true, ...json(EmailCredentials) } },
  responses: { 200: signedInAnswer, 202: challengeAnswer, ...problems(400, 401, 403, 413, 415, 422, 429, 503) },
  'x-rate-limit': 'login',
})

/** What everybody may call. */
export function publicRoutes(deps: AppDeps) {
  const { config } = deps
  const doorDeps = { passwords: deps.passwords, forkEm: deps.forkEm, log: deps.log }
  const { factors } = deps
  const factorDeps = { factors, mail: deps.mail, log: deps.log }
  const passwordDeps = { passwords: deps.passwords, endedSessions: deps.endedSessions, mail: deps.mail }
  const jwksCaching = `public, max-age=${Math.min(300, config.KEY_PUBLICATION_SECONDS)}`
  const router = createRouter({ read: 'account', write: 'account' })

  router.openapi(register, async (c) => {
    const answer = await registerAccount(
      { em: emOf(c), ...sessionDepsOf(c, deps), passwords: deps.passwords, rules: config },
      { ...c.req.valid('json'), userAgent: userAgentOf(c), device: originOf(c).device },
    )
    if ('waits' in answer) return c.json(answer.waits, 202)
    return created(c, answer.signedIn, `/api/v1/users/${answer.accountId}`)
  })

  router.openapi(registerAlias, async (c) => {
    const answer = await registerAccountByEmail(
      { em: emOf(c), ...sessionDepsOf(c, deps), passwords: deps.passwords, rules: config },
      { ...c.req.valid('json'), userAgent: userAgentOf(c), device: originOf(c).device },
    )
    if ('waits' in answer) return c.json(answer.waits, 202)
    return created(c, answer.signedIn, `/api/v1/users/${answer.accountId}`)
  })

  router.openapi(secondFactor, async (c) => {
    const { challenge, ...given } = c.req.valid('json')
    const input = { challenge, proof: proofOf(given), userAgent: userAgentOf(c) }
    return c.json(await completeSignIn({ em: emOf(c), ...factorDeps, ...sessionDepsOf(c, deps) }, input), 200)
  })

  router.openapi(passkeyQuestion, async (c) => {
    const { challenge } = c.req.valid('json')
    const em = emOf(c)
    const accountId = challenge === undefined ? null : await findSignInChallenge(em, challenge)
    const purpose = accountId === null ? 'sign-in' : 'second-factor'
    return c.json(await askForPasskey({ em, factors }, { purpose, accountId }), 200)
  })

  router.openapi(passkeyLogin, async (c) => {
    const input = { ...c.req.valid('json'), userAgent: userAgentOf(c) }
    return c.json(await signInByPasskey({ em: emOf(c), ...factorDeps, ...sessionDepsOf(c, deps) }, input), 200)
  })

  router.openapi(login, async (c) => {
    const { login: given, email, username, password: typed } = c.req.valid('json')
    const name = given ?? email ?? username ?? ''
    const answer = await signIn(
      { em: emOf(c), ...sessionDepsOf(c, deps), ...doorDeps },
      { login: name, password: typed, userAgent: userAgentOf(c), origin: originOf(c) },
    )
    return 'challenge' in answer ? c.json(answer, 202) : c.json(answer, 200)
  })

  router.openapi(loginAlias, async (c) => {
    const { email, password: typed } = c.req.valid('json')
    const answer = await signIn(
      { em: emOf(c), ...sessionDepsOf(c, deps), ...doorDeps },
      { login: email, password: typed, userAgent: userAgentOf(c), origin: originOf(c) },
    )
    return 'challenge' in answer ? c.json(answer, 202) : c.json(answer, 200)
  })

  router.openapi(refresh, async (c) => {
    const answer = await refreshSession(
      {
        em: emOf(c),
        ...sessionDepsOf(c, deps),
        endedSessions: deps.endedSessions,
        graceSeconds: config.REFRESH_GRACE_SECONDS,
        log: deps.log,
      },
      c.req.valid('json'),
    )
    return c.json(answer, 200)
  })

  router.openapi(logout, async (c) => {
    await signOut({ em: emOf(c), viewer: viewerOf(c), endedSessions: deps.endedSessions })
    return c.body(null, 204)
  })

  router.openapi(me, async (c) => {
    return c.json(await findOwnAccount({ em: emOf(c), viewer: viewerOf(c) }), 200)
  })

  router.openapi(reauthenticateRoute, async (c) => {
    const { password: typed, provider, ...given } = c.req.valid('json')
    const proof = provider
      ? { provider, device: originOf(c).device }
      : typed === undefined
        ? proofOf(given)
        : { password: typed }
    const { passwords, providers } = deps
    await reauthenticate({ em: emOf(c), viewer: viewerOf(c), passwords, providers, ...factorDeps }, proof)
    return c.body(null, 204)
  })

  router.openapi(reauthenticationOptions, async (c) => {
    const input = { purpose: 'reauthenticate', accountId: viewerOf(c).id } as const
    return c.json(await askForPasskey({ em: emOf(c), factors }, input), 200)
  })

  router.openapi(factorList, async (c) => {
    return c.json(await listFactors({ em: emOf(c), viewer: viewerOf(c), providers: deps.providers }), 200)
  })

  router.openapi(totpBegin, async (c) => {
    return c.json(await beginTotp({ em: emOf(c), viewer: viewerOf(c), factors }), 200)
  })

  router.openapi(totpConfirm, async (c) => {
    const verbDeps = { em: emOf(c), viewer: viewerOf(c), ...factorDeps }
    return c.json({ recoveryCodes: await confirmTotp(verbDeps, c.req.valid('json')) }, 200)
  })

  router.openapi(totpRemove, async (c) => {
    await removeTotp({ em: emOf(c), viewer: viewerOf(c), mail: deps.mail })
    return c.body(null, 204)
  })

  router.openapi(recoveryCodesRenew, async (c) => {
    const recoveryCodes = await renewRecoveryCodes({ em: emOf(c), viewer: viewerOf(c), mail: deps.mail })
    return c.json({ recoveryCodes }, 200)
  })

  router.openapi(passkeyBegin, async (c) => {
    return c.json(await beginPasskey({ em: emOf(c), viewer: viewerOf(c), factors }), 200)
  })

  router.openapi(passkeyAdd, async (c) => {
    return c.json(await addPasskey({ em: emOf(c), viewer: viewerOf(c), ...factorDeps }, c.req.valid('json')), 200)
  })

  router.openapi(passkeyRename, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json') }
    return c.json(await renamePasskey({ em: emOf(c), viewer: viewerOf(c) }, input), 200)
  })

  router.openapi(passkeyRemove, async (c) => {
    const inside = { em: emOf(c), viewer: viewerOf(c), providers: deps.providers, mail: deps.mail }
    await removePasskey(inside, c.req.valid('param'))
    return c.body(null, 204)
  })

  router.openapi(deleteAccount, async (c) => {
    const deletionAt = await requestDeletion({
      ...passwordDeps,
      em: emOf(c),
      viewer: viewerOf(c),
      graceDays: config.ACCOUNT_DELETION_GRACE_DAYS,
    })
    return c.json({ deletionAt: deletionAt.toISOString() }, 202)
  })

  router.openapi(keepAccount, async (c) => {
    await takeBackDeletion({ em: emOf(c), viewer: viewerOf(c) })
    return c.body(null, 204)
  })

  router.openapi(password, async (c) => {
    await changePassword({ em: emOf(c), viewer: viewerOf(c), ...passwordDeps }, c.req.valid('json'))
    return c.body(null, 204)
  })

  router.openapi(confirm, async (c) => {
    await confirmAddress({ em: emOf(c), mail: deps.mail }, c.req.valid('json'))
    return c.body(null, 204)
  })

  router.openapi(resend, async (c) => {
    await resendConfirmation({ em: emOf(c), viewer: viewerOf(c), mail: deps.mail })
    return c.body(null, 202)
  })

  router.openapi(email, async (c) => {
    await changeAddress({ em: emOf(c), viewer: viewerOf(c), ...passwordDeps }, c.req.valid('json'))
    return c.body(null, 202)
  })

  router.openapi(requestReset, async (c) => {
    await requestPasswordReset({ em: emOf(c), mail: deps.mail }, c.req.valid('json'))
    return c.body(null, 202)
  })

  router.openapi(reset, async (c) => {
    const { network } = originOf(c)
    await resetPassword({ em: emOf(c), ...passwordDeps }, { ...c.req.valid('json'), network })
    return c.body(null, 204)
  })

  router.openapi(sessions, async (c) => {
    const viewer = viewerOf(c)
    const listed = await readPage(deps.cursors, `sessions:${viewer.id}`, c.req.valid('query'), (before, limit) =>
      listSessions({ em: emOf(c), viewer }, { before, limit }),
    )
    return c.json(listed, 200)
  })

  router.openapi(deleteOthers, async (c) => {
    await endOtherSessions({ em: emOf(c), viewer: viewerOf(c), endedSessions: deps.endedSessions })
    return c.body(null, 204)
  })

  router.openapi(deleteOne, async (c) => {
    await endSession(
      { em: emOf(c), viewer: viewerOf(c), endedSessions: deps.endedSessions },
      { sessionId: c.req.valid('param').id },
    )
    return c.body(null, 204)
  })

  router.openapi(jwks, (c) => c.json(deps.keyring.jwks(), 200, { 'cache-control': jwksCaching }))

  return router
}

/** The schema has seen to it that there is one. */
function proofOf({ code, passkey }: { code?: string | undefined; passkey?: Assertion | undefined }): Proof {
  return passkey ? { passkey } : { code: code ?? '' }
}

function userAgentOf(c: Context): string | null {
  return cleanUserAgent(c.req.header('user-agent'))
}
