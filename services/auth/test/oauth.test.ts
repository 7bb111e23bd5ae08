import { type Authorization, events, makeEvent, type SignedIn } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { asSidecar, cloudEvent, testConfig } from '@daguerre/kit/testing'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { purgeSessions } from '../src/session/purge-sessions.ts'
import { reassertEndedSessions } from '../src/session/reassert-ended-sessions.ts'
import { back, challenge, oauthOf, type Tokens, verifier } from './oauth.ts'
import { type Auth, createDatabase, password, problemOf, sessionOf, startAuth } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth
let oauth: ReturnType<typeof oauthOf>
let developer: SignedIn
let person: SignedIn

beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true })
  oauth = oauthOf(auth)
  developer = await auth.register()
  person = await auth.register()
})
afterAll(async () => {
  await auth.close()
  await database.drop()
})

/** The grant that an access token is of. */
function grantOf({ access_token: token }: Tokens): string {
  return decodeJwt(token)['sid'] as string
}

async function isOver(tokens: Tokens, application: { id: string; secret?: string | null }): Promise<boolean> {
  const isRefused = (await oauth.refresh(application, tokens.refresh_token)).status !== 200
  expect(await auth.isEndedAtTheDoor(grantOf(tokens))).toBe(isRefused)
  return isRefused
}

function send(method: string, path: string, { accessToken: token }: { accessToken: string }, body?: object) {
  return auth.request(method, path, { token, ...(body && { body }) })
}

describe('the way of a code', () => {
  test('a person is told who asks for what, allows it, and the application gets a token of that', async () => {
    const application = await oauth.application(developer, { name: 'Print shop', website: 'https://print.example.org' })
    const asked = (await (await oauth.ask(person, application)).json()) as Authorization
    const { username } = developer.user
    expect(asked).toEqual({
      application: {
        id: application.id,
        name: 'Print shop',
        website: 'https://print.example.org',
        developer: username,
      },
      scopes: ['read', 'post'],
      returnsTo: 'print.example.org',
      redirectTo: null,
    })
    const sent = await oauth.sent(person, application)
    expect(sent.href.startsWith(`${back}?`)).toBe(true)
    expect(sent.searchParams.get('state')).toBe('of the application')
    expect(sent.searchParams.get('iss')).toBe(auth.config.PUBLIC_URL)
    const answer = await oauth.redeem(application, sent.searchParams.get('code')!)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const tokens = (await answer.json()) as Tokens
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'read post' })
    expect([899, 900]).toContain(tokens.expires_in)
    expect(await auth.verifier.verify(tokens.access_token)).toEqual({
      id: person.user.id,
      username: person.user.username,
      sessionId: grantOf(tokens),
      scopes: ['read', 'post'],
    })
    expect(decodeJwt(tokens.access_token)).toMatchObject({ client_id: application.id, scope: 'read post' })
  })

  test('what is denied, and what cannot be, goes back as an error, with the state', async () => {
    const application = await oauth.application(developer)
    for (const [changed, error] of [
      [{ decision: 'deny' }, 'access_denied'],
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ response_type: undefined }, 'invalid_request'],
      [{ code_challenge: undefined }, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ code_challenge_method: undefined }, 'invalid_request'],
      [{ code_challenge: verifier.slice(1) }, 'invalid_request'],
      [{ scope: 'read everything' }, 'invalid_scope'],
      [{ scope: 'account' }, 'invalid_scope'],
      [{ scope: 'read moderate' }, 'invalid_scope'],
      [{ scope: 'admin' }, 'invalid_scope'],
    ] as const) {
      const sent = await oauth.sent(person, application, changed)
      expect(sent.href.startsWith(`${back}?`)).toBe(true)
      expect([changed, sent.searchParams.get('error')]).toEqual([changed, error])
      expect(sent.searchParams.get('code')).toBeNull()
      expect(sent.searchParams.get('state')).toBe('of the application')
    }
    expect(await auth.sql('select 1 from oauth_code where client_id = ?', [application.id])).toEqual([])
  })

  test('nobody is sent where an application is not registered, whatever they decide', async () => {
    const application = await oauth.application(developer)
    for (const decision of ['allow', 'deny', undefined]) {
      for (const uri of [
        undefined,
        `${back}/`,
        `${back}/../evil`,
        `${back}?x`,
        `${back}#x`,
        `${back}.evil.example`,
        'https://print.example.org',
        'https://print.example.org:443/back',
        'https://PRINT.example.org/back',
        'https://print.example.org.evil.example/back',
        'https://evil.example/?https://print.example.org/back',
        'http://print.example.org/back',
        'javascript:alert(1)',
      ]) {
        const problem = await problemOf(await oauth.ask(person, application, { decision, redirect_uri: uri }))
        expect([uri, problem.status, problem.code]).toEqual([uri, 422, 'oauth.redirect_mismatch'])
      }
    }
    for (const id of [person.user.id, 'nobody', '', undefined]) {
      const answer = await oauth.ask(person, { id: '' }, { client_id: id, decision: 'allow' })
      expect(await problemOf(answer)).toMatchObject({ status: 422, code: 'oauth.client_unknown' })
    }
  })

  test('a program on the own device is sent back to the port that it listens on', async () => {
    const application = await oauth.application(developer, { redirectUris: ['http://127.0.0.1/back'] })
    const uri = 'http://127.0.0.1:49152/back'
    const code = await oauth.code(person, application, { redirect_uri: uri })
    expect((await oauth.redeem(application, code, { redirect_uri: uri })).status).toBe(200)
  })

  test('only a fresh session of the person allows: neither a stale one, nor a token of a program or an application', async () => {
    const application = await oauth.application(developer)
    const other = await auth.register()
    const body = { name: 'Mine', scopes: ['read', 'profile'], expiresInDays: 1 }
    const { token } = (await (await send('POST', '/api/v1/auth/tokens', other, body)).json()) as { token: string }
    const exchange = await auth.request('POST', '/api/v1/auth/tokens/exchange', { body: { token } })
    const { accessToken } = (await exchange.json()) as { accessToken: string }
    const { access_token: granted } = await oauth.tokens(other, application, {
      scope: 'read post interact follow profile',
    })
    for (const bearer of [accessToken, granted]) {
      const answer = await oauth.ask({ accessToken: bearer }, application, { decision: 'allow' })
      expect(await problemOf(answer)).toMatchObject({ status: 403, code: 'auth.scope_missing' })
    }
    await auth.age(other)
    const answer = await oauth.ask(other, application, { decision: 'allow' })
    expect(await problemOf(answer)).toMatchObject({ status: 403, code: 'auth.reauthentication_required' })
    expect((await oauth.ask(other, application)).status).toBe(200)
  })

  test('of code, tokens and secrets only hashes are kept', async () => {
    const application = await oauth.application(developer, { confidential: true })
    const code = await oauth.code(person, application)
    const tokens = (await (await oauth.redeem(application, code)).json()) as Tokens
    const kept = await auth.sql(
      `select row_to_json(c)::text || row_to_json(g)::text || row_to_json(t)::text || row_to_json(o)::text as all
         from oauth_client c join oauth_grant g on g.client_id = c.id join oauth_refresh_token t on t.grant_id = g.id
         join oauth_code o on o.grant_id = g.id where c.id = ?`,
      [application.id],
    )
    expect(kept).toHaveLength(1)
    for (const secret of [code, tokens.refresh_token, application.secret!]) {
      expect(secret).toMatch(/^dgr_(?:ac|rt|cs)_[\w-]{43}$/)
      expect(JSON.stringify(kept)).not.toContain(secret.slice(10))
      expect(JSON.stringify(kept)).not.toContain(Buffer.from(secret.slice(10)).toString('hex'))
    }
  })
})

describe('who has got hold of a code', () => {
  test('cannot use it without the verifier, elsewhere, too late, or as another application', async () => {
    const application = await oauth.application(developer)
    const other = await oauth.application(developer)
    for (const [changed, error] of [
      [{ code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
      [{ code_verifier: undefined }, 'invalid_grant'],
      [{ code_verifier: challenge }, 'invalid_grant'],
      [{ code_verifier: 'short' }, 'invalid_request'],
      [{ redirect_uri: `${back}/` }, 'invalid_request'],
      [{ redirect_uri: undefined }, 'invalid_request'],
    ] as const) {
      const code = await oauth.code(person, application)
      expect([changed, await oauth.refusal(oauth.redeem(application, code, changed))]).toEqual([changed, error])
      // A guess has used it up.
      expect(await oauth.refusal(oauth.redeem(application, code))).toBe('invalid_grant')
    }
    const code = await oauth.code(person, application)
    expect(await oauth.refusal(oauth.redeem(other, code))).toBe('invalid_grant')
    expect((await oauth.redeem(application, code)).status).toBe(200)
    const late = await oauth.code(person, application)
    await auth.sql("update oauth_code set expires_at = now() - interval '1 second' where used_at is null")
    expect(await oauth.refusal(oauth.redeem(application, late))).toBe('invalid_grant')
    expect(await oauth.refusal(oauth.redeem(application, 'dgr_ac_invented'))).toBe('invalid_grant')
  })

  test('and uses it a second time ends what it gave, at the door too', async () => {
    const application = await oauth.application(developer)
    const code = await oauth.code(person, application)
    const tokens = (await (await oauth.redeem(application, code)).json()) as Tokens
    const newer = (await (await oauth.refresh(application, tokens.refresh_token)).json()) as Tokens
    expect(await oauth.refusal(oauth.redeem(application, code))).toBe('invalid_grant')
    expect(await isOver(newer, application)).toBe(true)
  })

  test('of ten who redeem it at once one gets something, and that ends with the next', async () => {
    const application = await oauth.application(developer)
    const code = await oauth.code(person, application)
    const answers = await Promise.all(Array.from({ length: 10 }, () => oauth.redeem(application, code)))
    const [given, ...others] = answers.filter(({ status }) => status === 200)
    expect(others).toEqual([])
    expect(await isOver((await given!.json()) as Tokens, application)).toBe(true)
  })

  test('what fails between its use and the answer is as if nothing had been', async () => {
    const application = await oauth.application(developer)
    const code = await oauth.code(person, application)
    // As a kill between two lines: the key that signs is away when the code is marked.
    await auth.keyring.load([])
    expect((await oauth.redeem(application, code)).status).toBe(503)
    await auth.reloadKeys()
    expect((await oauth.redeem(application, code)).status).toBe(200)
  })
})

describe('a confidential application', () => {
  test('proves itself by its secret, in the form or by HTTP Basic, and a new one voids the old', async () => {
    const application = await oauth.application(developer, { confidential: true })
    function basic(secret: string) {
      return { authorization: `Basic ${btoa(`${application.id}:${secret}`)}` }
    }
    const fields = { grant_type: 'authorization_code', redirect_uri: back, code_verifier: verifier }
    for (const secret of [undefined, 'wrong', `${application.secret}x`]) {
      const code = await oauth.code(person, application)
      expect(await oauth.refusal(oauth.redeem({ ...application, secret: null }, code, { client_secret: secret }))).toBe(
        'invalid_client',
      )
      const refused = await oauth.form('token', { ...fields, code }, basic(secret ?? ''))
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="daguerre"'])
      expect((await oauth.redeem(application, code)).status).toBe(200)
    }
    const code = await oauth.code(person, application)
    const answer = await oauth.form('token', { ...fields, code }, basic(application.secret!))
    const tokens = (await answer.json()) as Tokens
    // Without it a stolen refresh token is nothing either.
    expect(await oauth.refusal(oauth.refresh({ id: application.id }, tokens.refresh_token))).toBe('invalid_client')
    const renewed = await send('POST', `/api/v1/auth/applications/${application.id}/secret`, developer)
    const { secret } = (await renewed.json()) as { secret: string }
    expect(await oauth.refusal(oauth.refresh(application, tokens.refresh_token))).toBe('invalid_client')
    expect((await oauth.refresh({ ...application, secret }, tokens.refresh_token)).status).toBe(200)
  })

  test('a public one has none to give, and gets none', async () => {
    const application = await oauth.application(developer)
    expect(application.secret).toBeNull()
    const answer = await send('POST', `/api/v1/auth/applications/${application.id}/secret`, developer)
    expect(await problemOf(answer)).toMatchObject({ status: 409, code: 'auth.application_public' })
    const code = await oauth.code(person, application)
    expect(await oauth.refusal(oauth.redeem({ ...application, secret: 'x' }, code))).toBe('invalid_client')
  })
})

describe('the door for tokens', () => {
  test('takes no other grants, no field twice, and no JSON', async () => {
    const application = await oauth.application(developer, { confidential: true })
    const client = { client_id: application.id, client_secret: application.secret! }
    const { username } = person.user
    for (const fields of [{ grant_type: 'password', username, password }, { grant_type: 'client_credentials' }]) {
      expect(await oauth.refusal(oauth.form('token', { ...fields, ...client }))).toBe('unauthorized_client')
    }
    expect(await oauth.refusal(oauth.form('token', { grant_type: 'implicit', ...client }))).toBe(
      'unsupported_grant_type',
    )
    expect(await oauth.refusal(oauth.form('token', {}))).toBe('invalid_client')
    expect(await oauth.refusal(oauth.form('token', client))).toBe('invalid_request')
    const code = await oauth.code(person, application)
    const twice: [string, string][] = Object.entries({
      ...{ grant_type: 'authorization_code', code, redirect_uri: back, code_verifier: verifier, ...client },
    })
    expect(await oauth.refusal(oauth.form('token', [...twice, ['code', 'another']]))).toBe('invalid_request')
    expect((await oauth.form('token', [...twice, ['unheard_of', 'x']])).status).toBe(200)
    const json = await auth.request('POST', '/api/v1/oauth/token', { body: { grant_type: 'refresh_token' } })
    expect([400, 415]).toContain(json.status)
  })

  test('describes itself (RFC 8414)', async () => {
    const answer = await auth.request('GET', '/.well-known/oauth-authorization-server')
    const url = auth.config.PUBLIC_URL
    expect(await answer.json()).toMatchObject({
      issuer: url,
      authorization_endpoint: `${url}/oauth/authorize`,
      token_endpoint: `${url}/api/v1/oauth/token`,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      scopes_supported: ['read', 'post', 'interact', 'follow', 'profile'],
      authorization_response_iss_parameter_supported: true,
    })
  })

  test('is not there where applications are switched off', async () => {
    const off = await startAuth(database.url, { applications: false })
    const someone = await off.register()
    for (const [method, path, body] of [
      ['GET', '/.well-known/oauth-authorization-server', undefined],
      ['POST', '/api/v1/oauth/token', ''],
      ['POST', '/api/v1/oauth/revoke', ''],
      ['POST', '/api/v1/oauth/authorize', {}],
      ['GET', '/api/v1/auth/applications', undefined],
      ['GET', '/api/v1/auth/grants', undefined],
    ] as const) {
      const answer = await off.request(method, path, { token: someone.accessToken, body })
      expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'oauth.off' })
    }
    await off.close()
  })
})

describe('refresh tokens', () => {
  test('rotate; one that comes again later, or after its successor was used, ends the grant', async () => {
    const application = await oauth.application(developer)
    const first = await oauth.tokens(person, application)
    const second = (await (await oauth.refresh(application, first.refresh_token)).json()) as Tokens
    expect(second.scope).toBe('read post')
    expect(second.refresh_token).not.toBe(first.refresh_token)
    // An answer that was lost.
    const retried = (await (await oauth.refresh(application, first.refresh_token)).json()) as Tokens
    expect(retried.refresh_token).toBe(second.refresh_token)
    const third = (await (await oauth.refresh(application, second.refresh_token)).json()) as Tokens
    expect(await oauth.refusal(oauth.refresh(application, first.refresh_token))).toBe('invalid_grant')
    expect(await isOver(third, application)).toBe(true)
  })

  test('of ten exchanges at once all get one successor', async () => {
    const application = await oauth.application(developer)
    const { refresh_token: token } = await oauth.tokens(person, application)
    const answers = await Promise.all(Array.from({ length: 10 }, () => oauth.refresh(application, token)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as Tokens[]
    expect(new Set(bodies.map(({ refresh_token: successor }) => successor)).size).toBe(1)
    expect(await isOver(bodies[0]!, application)).toBe(false)
  })

  test('give less where less is asked for, and never more than was allowed', async () => {
    const application = await oauth.application(developer)
    const { refresh_token: token } = await oauth.tokens(person, application)
    for (const scope of ['read post interact', 'admin', 'account', 'read  account']) {
      expect(await oauth.refusal(oauth.refresh(application, token, { scope }))).toBe('invalid_scope')
    }
    const less = (await (await oauth.refresh(application, token, { scope: 'read' })).json()) as Tokens
    expect((await auth.verifier.verify(less.access_token)).scopes).toEqual(['read'])
    const all = (await (await oauth.refresh(application, less.refresh_token)).json()) as Tokens
    expect(all.scope).toBe('read post')
  })

  test('of another application, of sessions, expired or invented ones are nothing', async () => {
    const [application, other] = [await oauth.application(developer), await oauth.application(developer)]
    const tokens = await oauth.tokens(person, application)
    for (const token of [person.refreshToken, 'dgr_rt_invented']) {
      expect(await oauth.refusal(oauth.refresh(application, token))).toBe('invalid_grant')
    }
    expect(await oauth.refusal(oauth.refresh(other, tokens.refresh_token))).toBe('invalid_grant')
    // Nor is it a session's.
    expect((await auth.refresh(tokens.refresh_token)).status).toBe(401)
    await auth.sql('update oauth_refresh_token set expires_at = now() where grant_id = ?', [grantOf(tokens)])
    expect(await oauth.refusal(oauth.refresh(application, tokens.refresh_token))).toBe('invalid_grant')
  })
})

describe('what a person lets an application do', () => {
  test('is listed by application, and taken back at once, at the door too', async () => {
    const [someone, other] = [await auth.register(), await auth.register()]
    const [one, two] = [await oauth.application(developer), await oauth.application(developer)]
    const first = await oauth.tokens(someone, one, { scope: 'read' })
    const again = await oauth.tokens(someone, one, { scope: 'post' })
    const kept = await oauth.tokens(someone, two)
    const { items } = (await (await send('GET', '/api/v1/auth/grants', someone)).json()) as { items: object[] }
    expect(items).toMatchObject([{ id: two.id }, { id: one.id, developer: developer.user.username }])
    expect((items[1] as { scopes: string[] }).scopes.toSorted()).toEqual(['post', 'read'])
    const refused = await send('DELETE', `/api/v1/auth/grants/${one.id}`, other)
    expect(await problemOf(refused)).toMatchObject({ status: 404, code: 'auth.grant_not_found' })
    expect((await send('DELETE', `/api/v1/auth/grants/${one.id}`, someone)).status).toBe(204)
    expect(await isOver(first, one)).toBe(true)
    expect(await isOver(again, one)).toBe(true)
    expect(await isOver(kept, two)).toBe(false)
    expect((await send('DELETE', `/api/v1/auth/grants/${one.id}`, someone)).status).toBe(204)
    // What Redis lost of it is said again.
    await auth.redis.del(`session:ended:${grantOf(first)}`)
    await reassertEndedSessions({ em: auth.forkEm(), endedSessions: auth.endedSessions, withinSeconds: 900 })
    expect(await auth.isEndedAtTheDoor(grantOf(first))).toBe(true)
  })

  test('is given back by the application, by either token (RFC 7009), and by nobody else', async () => {
    const [application, other] = [
      await oauth.application(developer, { confidential: true }),
      await oauth.application(developer),
    ]
    for (const which of ['refresh_token', 'access_token'] as const) {
      const tokens = await oauth.tokens(person, application)
      const token = tokens[which]
      expect((await oauth.form('revoke', { token, client_id: other.id })).status).toBe(200)
      expect(await oauth.refusal(oauth.form('revoke', { token, client_id: application.id }))).toBe('invalid_client')
      const client = { client_id: application.id, client_secret: application.secret! }
      expect(await isOver(tokens, application)).toBe(false)
      expect((await oauth.form('revoke', { token, ...client })).status).toBe(200)
      expect(await isOver(tokens, application)).toBe(true)
      expect((await oauth.form('revoke', { token: person.accessToken, ...client })).status).toBe(200)
      expect(await auth.isEndedAtTheDoor(sessionOf(person))).toBe(false)
      expect(await oauth.refusal(oauth.form('revoke', client))).toBe('invalid_request')
    }
  })

  /** Somebody with an application of another that acts for them, and a code that it has not redeemed. */
  async function allowed() {
    const [maker, someone] = [await auth.register(), await auth.register()]
    const application = await oauth.application(maker)
    const tokens = await oauth.tokens(someone, application)
    return { maker, someone, application, tokens, code: await oauth.code(someone, application) }
  }

  async function suspend({ user }: SignedIn): Promise<void> {
    const data = { userId: user.id, state: 'suspended' as const, until: null, reason: 'Spam', actId: newId() }
    const event = makeEvent(events.accountModerated, { subject: user.id, version: 1, data })
    const body = cloudEvent('moderation', event)
    const answer = await auth.request('POST', '/events/moderation', { body, headers: asSidecar(testConfig()) })
    expect(await answer.json()).toEqual({ status: 'SUCCESS' })
  }

  async function resetPassword({ user }: SignedIn): Promise<void> {
    await auth.request('POST', '/api/v1/auth/password-reset', { body: { email: user.email } })
    const [mail] = (await auth.mails(user.email)).filter(({ subject }) => subject === 'Choose a new password')
    const token = /token=([\w-]+)/.exec(mail!.text)![1]
    const body = { token, password: 'a daguerreotype is a mirror' }
    expect((await auth.request('POST', '/api/v1/auth/password-reset/confirm', { body })).status).toBeLessThan(300)
  }

  function leave(one: SignedIn): Promise<Response> {
    return send('DELETE', '/api/v1/auth/account', one)
  }

  test.each<[string, (of: Awaited<ReturnType<typeof allowed>>) => Promise<unknown>]>([
    ['the person is suspended', ({ someone }) => suspend(someone)],
    ['the developer is suspended', ({ maker }) => suspend(maker)],
    ['the person begins to leave', ({ someone }) => leave(someone)],
    ['the developer begins to leave', ({ maker }) => leave(maker)],
    ['the password is reset', ({ someone }) => resetPassword(someone)],
    [
      'the application is deleted',
      ({ maker, application }) => send('DELETE', `/api/v1/auth/applications/${application.id}`, maker),
    ],
    [
      'it is taken back',
      ({ someone, application }) => send('DELETE', `/api/v1/auth/grants/${application.id}`, someone),
    ],
  ])('ends when %s, and so do codes that wait', async (_, end) => {
    const before = await allowed()
    await end(before)
    const { application, tokens, code } = before
    expect(await isOver(tokens, application)).toBe(true)
    expect(['invalid_grant', 'invalid_client']).toContain(await oauth.refusal(oauth.redeem(application, code)))
    expect(
      await auth.sql('select 1 from oauth_grant where client_id = ? and ended_at is null', [application.id]),
    ).toEqual([])
  })

  test('and a refresh at the same moment is before the end or after it, and lets nothing through', async () => {
    for (let nth = 0; nth < 8; nth++) {
      const { someone, application, tokens } = await allowed()
      const [refreshed] = await Promise.all([oauth.refresh(application, tokens.refresh_token), suspend(someone)])
      if (refreshed.status === 200) expect(await isOver((await refreshed.json()) as Tokens, application)).toBe(true)
      else expect(await oauth.refusal(refreshed)).toBe('invalid_grant')
      expect(await auth.isEndedAtTheDoor(grantOf(tokens))).toBe(true)
    }
  })

  test('stays when the password is changed, as personal tokens do', async () => {
    const { someone, application, tokens } = await allowed()
    const body = { currentPassword: password, newPassword: 'balloon-over-paris' }
    expect((await send('PUT', '/api/v1/auth/password', someone, body)).status).toBeLessThan(300)
    expect(await isOver(tokens, application)).toBe(false)
  })

  test('and all that either side had goes with their accounts', async () => {
    const [gone, maker] = [await allowed(), await allowed()]
    for (const one of [gone.someone, maker.maker]) await leave(one)
    await auth.sql('update account set deletion_due_at = now() where id = any(?)', [
      [gone.someone.user.id, maker.maker.user.id],
    ])
    await auth.deleteDue()
    expect(await isOver(gone.tokens, gone.application)).toBe(true)
    expect(await isOver(maker.tokens, maker.application)).toBe(true)
    expect(await auth.sql('select 1 from oauth_grant where account_id = ?', [gone.someone.user.id])).toEqual([])
    expect(await auth.sql('select 1 from oauth_code where account_id = ?', [gone.someone.user.id])).toEqual([])
    expect(await auth.sql('select 1 from oauth_client where id = ?', [maker.application.id])).toEqual([])
    // What others had let it do is over and said again, until nobody can use it any more.
    const left = 'select client_id from oauth_grant where account_id = ? and ended_at is not null'
    expect(await auth.sql(left, [maker.someone.user.id])).toEqual([{ client_id: null }])
    expect((await send('GET', '/api/v1/auth/grants', maker.someone)).status).toBe(200)
  })

  test('is told to them by mail, once for each application', async () => {
    const someone = await auth.register()
    const { email } = someone.user
    await auth.sql(
      `update account set email_key = coalesce(email_key, email_claim_key), email_claim_key = null, email_verified_at = now() where id = ?`,
      [someone.user.id],
    )
    const application = await oauth.application(developer, { name: 'Print & frame' })
    await oauth.tokens(someone, application)
    await oauth.tokens(someone, application)
    const news = (await auth.mails(email)).filter(({ subject }) => subject === 'An application acts for you')
    expect(news).toHaveLength(1)
    expect(news[0]!.text).toContain(`“Print & frame”, made by @${developer.user.username}`)
    expect(news[0]!.text).toContain('/settings/applications')
  })

  test('that is over, or was never used, is removed after a day', async () => {
    const { application, tokens } = await allowed()
    await send('DELETE', `/api/v1/auth/grants/${application.id}`, person)
    await auth.sql("update oauth_code set expires_at = now() - interval '2 days' where client_id = ?", [application.id])
    await auth.sql("update oauth_grant set ended_at = now() - interval '2 days' where client_id = ?", [application.id])
    const { signal } = new AbortController()
    await purgeSessions({ em: auth.forkEm(), graceSeconds: 20, keptKeySeconds: 900, signal })
    for (const table of ['oauth_grant', 'oauth_code']) {
      expect(await auth.sql(`select 1 from ${table} where client_id = ?`, [application.id])).toEqual([])
    }
    const kept = await auth.sql('select 1 from oauth_refresh_token where grant_id = ?', [grantOf(tokens)])
    expect(kept).toEqual([])
  })
})

describe('applications that somebody develops', () => {
  const path = '/api/v1/auth/applications'

  test('are listed, changed and deleted by them alone', async () => {
    const [maker, other] = [await auth.register(), await auth.register()]
    const { secret: _, ...application } = await oauth.application(maker, { confidential: true })
    expect(application).toMatchObject({ name: 'Print', redirectUris: [back], confidential: true })
    expect(await (await send('GET', path, maker)).json()).toEqual({ items: [application], nextCursor: null })
    expect(await (await send('GET', path, other)).json()).toEqual({ items: [], nextCursor: null })
    for (const [method, at, body] of [
      ['PATCH', `${path}/${application.id}`, { name: 'Mine' }],
      ['DELETE', `${path}/${application.id}`, undefined],
      ['POST', `${path}/${application.id}/secret`, undefined],
    ] as const) {
      const problem = await problemOf(await send(method, at, other, body))
      expect([method, problem.status, problem.code]).toEqual([method, 404, 'auth.application_not_found'])
    }
    const uri = 'https://print.example.org/elsewhere'
    const edited = await send('PATCH', `${path}/${application.id}`, maker, { redirectUris: [uri, uri] })
    expect(await edited.json()).toEqual({ ...application, redirectUris: [uri] })
    expect((await oauth.ask(person, application)).status).toBe(422)
    expect((await oauth.ask(person, application, { redirect_uri: uri })).status).toBe(200)
    expect((await send('DELETE', `${path}/${application.id}`, maker)).status).toBe(204)
    expect((await oauth.ask(person, application, { redirect_uri: uri })).status).toBe(422)
  })

  test('have addresses over TLS or on the own device, a name of one line, and a website that is one', async () => {
    const right = { name: 'Print', website: null, redirectUris: [back], confidential: false }
    for (const [body, pointer] of [
      [{ redirectUris: ['http://print.example.org/back'] }, '#/redirectUris/0'],
      [{ redirectUris: [back, 'javascript:alert(1)'] }, '#/redirectUris/1'],
      [{ redirectUris: [`${back}#x`] }, '#/redirectUris/0'],
      [{ redirectUris: [] }, '#/redirectUris'],
      [{ name: 'Print\nshop' }, '#/name'],
      [{ name: ' ' }, '#/name'],
      [{ website: 'javascript:alert(1)' }, '#/website'],
      [{ website: 'https://user@print.example.org' }, '#/website'],
      [{ confidential: 'yes' }, '#/confidential'],
      [{ secret: 'mine' }, '#/secret'],
    ] as const) {
      const problem = await problemOf(await send('POST', path, developer, { ...right, ...body }))
      expect([body, problem]).toMatchObject([body, { status: 422, pointers: [pointer] }])
    }
  })

  test('are made and changed by a fresh session, twenty-five at most, however many are asked for at once', async () => {
    const maker = await auth.register()
    const body = { name: 'Print', website: null, redirectUris: [back], confidential: true }
    const answers = await Promise.all(Array.from({ length: 30 }, () => send('POST', path, maker, body)))
    const [one] = answers.filter(({ status }) => status === 201)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(25)
    expect(await problemOf(answers.find(({ status }) => status !== 201)!)).toMatchObject({
      status: 409,
      code: 'auth.too_many_applications',
    })
    const { id } = (await one!.json()) as { id: string }
    await auth.age(maker)
    for (const [method, at, sent] of [
      ['POST', path, body],
      ['PATCH', `${path}/${id}`, { name: 'Other' }],
      ['POST', `${path}/${id}/secret`, undefined],
    ] as const) {
      const problem = await problemOf(await send(method, at, maker, sent))
      expect([method, problem.code]).toEqual([method, 'auth.reauthentication_required'])
    }
  })

  test('one that is deleted while it redeems codes leaves nothing that acts', async () => {
    for (let nth = 0; nth < 10; nth++) {
      const application = await oauth.application(developer)
      const code = await oauth.code(person, application)
      const [redeemed] = await Promise.all([
        oauth.redeem(application, code),
        send('DELETE', `${path}/${application.id}`, developer),
      ])
      if (redeemed.status === 200) expect(await isOver((await redeemed.json()) as Tokens, application)).toBe(true)
      else expect(['invalid_client', 'invalid_grant']).toContain(await oauth.refusal(redeemed))
    }
    const alive = 'select 1 from oauth_grant where client_id is null and ended_at is null'
    expect(await auth.sql(alive)).toEqual([])
  })
})
