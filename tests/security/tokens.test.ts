import { randomUUID } from 'node:crypto'
import { SignedIn } from '@daguerre/contracts'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { system } from '../setup/system.ts'
import { api, read, refused } from '../e2e/support/api.ts'
import { operations } from '../e2e/support/description.ts'
import { type BadToken, badTokensOf, strangeTokensOf } from '../e2e/support/forged-tokens.ts'
import { type Person, signInAgain, signUp } from '../e2e/support/people.ts'
import { needsSignIn } from '../e2e/support/right-request.ts'
import { needsRole } from '../e2e/support/roles.ts'
import { soon } from '../e2e/support/soon.ts'
import { tell } from './support/counts.ts'

let person: Person
beforeAll(async () => {
  person = await signUp('token')
})

describe('access tokens', () => {
  /** A route of each service that only who is signed in may ask; the gateway verifies too, so services are asked past it. */
  async function doors(): Promise<{ name: string; url: string; knowsEnded: boolean }[]> {
    const routes = Map.groupBy(
      operations.filter((operation) => {
        const { method, path } = operation
        return method === 'GET' && needsSignIn(operation) && !path.includes('{') && !needsRole(operation)
      }),
      (operation) => operation['x-service'],
    )
    const services = await Promise.all(
      [...routes].map(
        async ([service, [route]]) => [service, `${(await system.service(service)).url}${route!.path}`] as const,
      ),
    )
    return [
      { name: 'gateway', url: `${system.url}/api/v1/auth/me`, knowsEnded: true },
      ...services.map(([name, url]) => ({ name, url, knowsEnded: false })),
    ]
  }

  test('that are not right in every part pass no door: not the gateway, and no service behind it', async () => {
    const bad: BadToken[] = [...(await badTokensOf(person)), ...(await strangeTokensOf(person))]
    const complaints: string[] = []
    let asked = 0
    for (const { name, url, knowsEnded } of await doors()) {
      const right = await fetch(url, { headers: { authorization: `Bearer ${person.accessToken}` } })
      await right.body?.cancel()
      if (right.status !== 200) complaints.push(`${name} refuses the right one: ${right.status}`)
      for (const { what, token, code } of bad) {
        if (code === 'auth.session_ended' && !knowsEnded) continue
        asked++
        const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
        const text = await answer.text()
        // What does not fit into a header is refused before it is one.
        const isRefused = answer.status === 401 ? text.includes(code) : answer.status === 431 && token.length > 16_000
        if (!isRefused) complaints.push(`${name}, a token ${what}: ${answer.status} ${text}`)
        if (/jose|JWT|JWS|at \w+ \(/.test(text))
          complaints.push(`${name}, a token ${what}: tells of its inside, ${text}`)
      }
    }
    expect(complaints).toEqual([])
    tell('access tokens', `${bad.length} that are wrong at ${(await doors()).length} doors: ${asked} refused`)
  })

  test('are taken from the header Authorization alone', async () => {
    const { accessToken: token } = person
    for (const [path, headers] of [
      [`?access_token=${token}`, {}],
      ['', { cookie: `access_token=${token}; authorization=Bearer ${token}` }],
      ['', { 'x-authorization': `Bearer ${token}` }],
      ['', { 'proxy-authorization': `Bearer ${token}` }],
      ['', { authorization: `Basic ${btoa(`${person.username}:${person.password}`)}` }],
      ['', { authorization: token }],
    ] as [string, Record<string, string>][]) {
      const answer = await fetch(`${system.url}/api/v1/auth/me${path}`, { headers })
      expect([path.slice(0, 15), headers, answer.status]).toEqual([path.slice(0, 15), headers, 401])
    }
  })
})

describe('refresh tokens', () => {
  function refresh(refreshToken: string) {
    return api().post<SignedIn>('/api/v1/auth/refresh', { refreshToken })
  }

  test('of two exchanges at once both get one and the same successor, and no second family begins', async () => {
    const rounds = 20
    for (let round = 0; round < rounds; round++) {
      const { refreshToken } = round === 0 ? person : await signInAgain(person)
      const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(refreshToken)))
      const granted = answers.filter(({ status }) => status === 200)
      expect(granted.length).toBeGreaterThan(0)
      expect(new Set(granted.map(({ body }) => body.refreshToken)).size).toBe(1)
      expect(new Set(granted.map(({ body }) => decodeJwt(body.accessToken)['sid'])).size).toBe(1)
    }
    tell('refresh tokens', `${rounds} races of 6 exchanges: one successor each`)
  })

  test('one that comes again when its successor was used ends the session: for the thief and for the owner', async () => {
    const victim = await signUp('victim')
    const second = await read(SignedIn, refresh(victim.refreshToken))
    const third = await read(SignedIn, refresh(second.refreshToken))
    await refused(refresh(victim.refreshToken), 401, 'auth.refresh_token_reused')
    for (const token of [second.refreshToken, third.refreshToken]) expect((await refresh(token)).status).toBe(401)
    await soon('the access token ends too', async () => (await api(third).get('/api/v1/auth/me')).status === 401)
  })

  test('an access token is no refresh token, nor is one the other, and neither is guessed', async () => {
    expect((await api({ accessToken: person.refreshToken }).get('/api/v1/auth/me')).status).toBe(401)
    const guesses = [person.accessToken, randomUUID(), `dgr_rt_${'A'.repeat(43)}`, 'dgr_rt_', "' or 1=1 --"]
    for (const guess of guesses) expect([401, 422], guess).toContain((await refresh(guess)).status)
  })
})
