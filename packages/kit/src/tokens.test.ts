import { createHmac } from 'node:crypto'
import { type CryptoKey, exportSPKI, importJWK, type JWK } from 'jose'
import { expect, test, vi } from 'vitest'
import { Problem } from './problem.ts'
import { testConfig, testTokens, testViewer } from './testing.ts'
import { createTokenVerifier, ordinaryScopes, TokenError } from './tokens.ts'

const tokens = await testTokens()
const viewer = testViewer()

async function reasonOf(token: string, verifier = tokens.verifier): Promise<string> {
  try {
    await verifier.verify(token)
    return 'valid'
  } catch (error) {
    if (error instanceof TokenError) return error.reason
    throw error
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

test('a token of ours says who it is, again from memory', async () => {
  const token = await tokens.tokenFor(viewer)
  expect(await tokens.verifier.verify(token)).toEqual(viewer)
  expect(await tokens.verifier.verify(token)).toEqual(viewer)
})

test('what a token may be used for is its claim, and without one what everybody may', async () => {
  const own = await tokens.verifier.verify(await tokens.tokenFor(viewer))
  expect(own.scopes).toBe(ordinaryScopes)
  expect(ordinaryScopes).not.toContain('admin')
  const less = await tokens.verifier.verify(await tokens.tokenFor({ ...viewer, scopes: ['read'] }))
  expect(less.scopes).toEqual(['read'])
  const none = await tokens.verifier.verify(await tokens.tokenFor({ ...viewer, scopes: [''] }))
  expect(none.scopes).toEqual([''])
  const inAList = { join: () => ['admin'] } as unknown as string[]
  expect(await reasonOf(await tokens.tokenFor({ ...viewer, scopes: inAList }))).toBe('invalid')
})

test('an expired token is told from an invalid one, also if it was remembered', async () => {
  expect(await reasonOf(await tokens.tokenFor(viewer, { expiresInSeconds: -60 }))).toBe('expired')
  vi.useFakeTimers()
  try {
    const token = await tokens.tokenFor(viewer, { expiresInSeconds: 30 })
    expect(await reasonOf(token)).toBe('valid')
    vi.setSystemTime(Date.now() + 40_000)
    expect(await reasonOf(token)).toBe('expired')
  } finally {
    vi.useRealTimers()
  }
})

test('wrong issuer, audience, type and key id are invalid', async () => {
  for (const overrides of [{ issuer: 'http://evil' }, { audience: 'other' }, { typ: 'JWT' }, { kid: 'unknown' }]) {
    expect(await reasonOf(await tokens.tokenFor(viewer, overrides))).toBe('invalid')
  }
})

test('alg none, HS256 with the public key, a changed payload, and rubbish are invalid', async () => {
  const token = await tokens.tokenFor(viewer)
  const [, payload, signature] = token.split('.') as [string, string, string]
  const kid = tokens.jwks.keys[0]!.kid

  expect(await reasonOf(`${encode({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.`)).toBe('invalid')

  const pem = await exportSPKI(
    (await importJWK(tokens.jwks.keys[0] as JWK, 'ES256', { extractable: true })) as CryptoKey,
  )
  for (const secret of [pem, JSON.stringify(tokens.jwks.keys[0])]) {
    const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}`
    const forged = createHmac('sha256', secret).update(signed).digest('base64url')
    expect(await reasonOf(`${signed}.${forged}`)).toBe('invalid')
  }

  const other = encode({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: testViewer().id })
  expect(await reasonOf(`${token.split('.')[0]}.${other}.${signature}`)).toBe('invalid')
  expect(await reasonOf('x.y.z')).toBe('invalid')
  expect(await reasonOf('')).toBe('invalid')
})

test('a token without session or key id, or signed by an unknown key of the same id, is invalid', async () => {
  const stranger = await testTokens()
  expect(await reasonOf(await stranger.tokenFor(viewer, { kid: tokens.jwks.keys[0]!.kid! }))).toBe('invalid')
  expect(await reasonOf(await tokens.tokenFor({ ...viewer, sessionId: undefined as never }))).toBe('invalid')
  expect(await reasonOf(await tokens.tokenFor(viewer, { kid: '' }))).toBe('invalid')
})

test('keys are loaded once, again for an unknown key id at most every ten seconds, and stale ones serve on', async () => {
  const config = testConfig()
  const rotated = await testTokens()
  let set = tokens.jwks
  let fails = false
  const loadJwks = vi.fn(async () => {
    if (fails) throw new Error('auth is down')
    return set
  })
  const verifier = createTokenVerifier({ issuer: config.PUBLIC_URL, audience: config.TOKEN_AUDIENCE, loadJwks })
  vi.useFakeTimers({ toFake: ['performance', 'Date'] })
  try {
    await Promise.all(Array.from({ length: 5 }, async () => reasonOf(await tokens.tokenFor(testViewer()), verifier)))
    expect(loadJwks).toHaveBeenCalledTimes(1)

    set = { keys: [...tokens.jwks.keys, ...rotated.jwks.keys] }
    expect(await reasonOf(await rotated.tokenFor(viewer), verifier)).toBe('invalid')
    expect(loadJwks).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(11_000)
    expect(await reasonOf(await rotated.tokenFor(viewer), verifier)).toBe('valid')
    expect(loadJwks).toHaveBeenCalledTimes(2)

    fails = true
    vi.advanceTimersByTime(11 * 60_000)
    expect(await reasonOf(await tokens.tokenFor(testViewer()), verifier)).toBe('valid')
    expect(loadJwks).toHaveBeenCalledTimes(3)
  } finally {
    vi.useRealTimers()
  }
})

test('who is ready has keys and needs auth no more; who has none asks at most once a second', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const config = testConfig()
    const loadJwks = vi.fn<() => Promise<typeof tokens.jwks>>().mockRejectedValue(new Error('auth is away'))
    const verifier = createTokenVerifier({ issuer: config.PUBLIC_URL, audience: config.TOKEN_AUDIENCE, loadJwks })
    await expect(verifier.ready()).rejects.toThrow('auth is away')
    await expect(verifier.ready()).rejects.toThrow('there are no keys yet')
    expect(loadJwks).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1001)
    loadJwks.mockResolvedValueOnce(tokens.jwks)
    await verifier.ready()
    await verifier.ready()
    expect(await reasonOf(await tokens.tokenFor(viewer), verifier)).toBe('valid')
    expect(loadJwks).toHaveBeenCalledTimes(2)
  } finally {
    vi.useRealTimers()
  }
})

test('without any key ever had it is a 503, not a 401', async () => {
  const verifier = createTokenVerifier({
    issuer: 'x',
    audience: 'y',
    loadJwks: async () => {
      throw new Error('auth is down')
    },
  })
  const thrown = await verifier.verify(await tokens.tokenFor(viewer)).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(Problem)
  expect(thrown).toMatchObject({ status: 503, code: 'auth.keys_unavailable' })
})

test('known keys that are due to be fetched again serve on at once while auth is slow', async () => {
  const config = testConfig()
  let loads = 0
  const verifier = createTokenVerifier({
    issuer: config.PUBLIC_URL,
    audience: config.TOKEN_AUDIENCE,
    loadJwks: () => (++loads === 1 ? Promise.resolve(tokens.jwks) : new Promise(() => {})),
  })
  expect(await reasonOf(await tokens.tokenFor(viewer), verifier)).toBe('valid')
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now + 11 * 60_000)
  try {
    expect(await reasonOf(await tokens.tokenFor(testViewer()), verifier)).toBe('valid')
    expect(loads).toBe(2)
  } finally {
    clock.mockRestore()
  }
})
