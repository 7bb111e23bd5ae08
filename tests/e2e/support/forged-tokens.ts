import { createPublicKey } from 'node:crypto'
import { SignedIn } from '@daguerre/contracts'
import { decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import pg from 'pg'
import { deriveKey, unseal } from '../../../services/auth/src/seal.ts'
import { system } from '../../setup/system.ts'
import { api, done, read } from './api.ts'
import { type Person, signUp } from './people.ts'

type SigningKey = Parameters<SignJWT['sign']>[0]

export interface BadToken {
  what: string
  token: string
  code: string
  /** One that every route is asked with. */
  isCommon: boolean
}

/** Tokens that look like one of this person's and must not pass. Where the signature is not the fault, it is right. */
export async function badTokensOf(person: Person): Promise<BadToken[]> {
  const claims = decodeJwt(person.accessToken)
  const { kid = '' } = decodeProtectedHeader(person.accessToken)
  const { privateKey, publicJwk } = await signingKeyOf(kid)
  const stranger = await generateKeyPair('ES256')
  const publicPem = createPublicKey({ key: publicJwk, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString()
  const now = Math.floor(Date.now() / 1000)
  const header = { alg: 'ES256', typ: 'at+jwt', kid }

  function signed(changes: object, headerChanges: object = {}, key: SigningKey = privateKey): Promise<string> {
    return new SignJWT({ ...claims, ...changes }).setProtectedHeader({ ...header, ...headerChanges }).sign(key)
  }

  const [head = '', payload = '', signature = ''] = person.accessToken.split('.')
  const other = encode({ ...claims, sub: '0199a0c4-7e00-7000-8000-000000000001' })
  const [expired, audience, issuer, typ, strangers, unknownKid, hs256, hs256Jwk, noSession, idToken] =
    await Promise.all([
      signed({ iat: now - 2000, exp: now - 100 }),
      signed({ aud: 'another-service' }),
      signed({ iss: 'https://elsewhere.example' }),
      signed({}, { typ: 'JWT' }),
      signed({}, {}, stranger.privateKey),
      signed({}, { kid: 'nobody-knows-it' }, stranger.privateKey),
      signed({}, { alg: 'HS256' }, new TextEncoder().encode(publicPem)),
      signed({}, { alg: 'HS256' }, new TextEncoder().encode(JSON.stringify(publicJwk))),
      signed({ sid: undefined }),
      signed({ aud: undefined }),
    ])
  const unsignedNone = `${encode({ ...header, alg: 'none' })}.${payload}.`
  const invalid: [string, string][] = [
    ['of another audience', audience],
    ['without audience', idToken],
    ['of another issuer', issuer],
    ['of another type', typ],
    ['without a session', noSession],
    ["signed by a stranger with our key's name", strangers],
    ['signed by a stranger', unknownKid],
    ['HS256 with the public key as secret', hs256],
    ['HS256 with the public JWK as secret', hs256Jwk],
    ['alg none', unsignedNone],
    ['alg None with the signature', `${encode({ ...header, alg: 'None' })}.${payload}.${signature}`],
    ['of which the person was changed', `${head}.${other}.${signature}`],
    ['that is no token', 'not-a-token'],
  ]
  const common = new Set([audience, strangers, hs256, unsignedNone])
  return [
    { what: 'expired', token: expired, code: 'auth.token_expired', isCommon: true },
    { what: 'of an ended session', token: await endedSession(), code: 'auth.session_ended', isCommon: true },
    ...invalid.map(([what, token]) => ({ what, token, code: 'auth.token_invalid', isCommon: common.has(token) })),
  ]
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function endedSession(): Promise<string> {
  const person = await signUp()
  await read(SignedIn, api().post('/api/v1/auth/login', { login: person.username, password: person.password }))
  await done(api(person).post('/api/v1/auth/logout'))
  return person.accessToken
}

/** Only with auth's own key is a token wrong in nothing but its claims; so it is taken from where auth keeps it. */
async function signingKeyOf(kid: string): Promise<{ privateKey: SigningKey; publicJwk: JWK }> {
  const client = new pg.Client({ connectionString: system.database('auth') })
  await client.connect()
  try {
    const { rows } = await client.query<{ public_jwk: JWK; private_sealed: Buffer }>(
      'select public_jwk, private_sealed from signing_key where kid = $1',
      [kid],
    )
    const [row] = rows
    const jwk =
      row && unseal(deriveKey(system.environment('auth')['SECRET_KEY'] ?? '', 'signing-keys'), row.private_sealed, kid)
    if (!row || !jwk) throw new Error(`The key ${kid} cannot be opened.`)
    return { privateKey: await importJWK(JSON.parse(jwk) as JWK, 'ES256'), publicJwk: row.public_jwk }
  } finally {
    await client.end()
  }
}
