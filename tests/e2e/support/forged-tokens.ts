import { createPublicKey } from 'node:crypto'
import { SignedIn } from '@daguerre/contracts'
import {
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from 'jose'
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

/** More of them: tricks with the header, times, shapes and sizes, which are tried where it costs least. */
export async function strangeTokensOf(person: Person): Promise<BadToken[]> {
  const claims = decodeJwt(person.accessToken)
  const { kid = '' } = decodeProtectedHeader(person.accessToken)
  const { privateKey, publicJwk } = await signingKeyOf(kid)
  const stranger = await generateKeyPair('ES256', { extractable: true })
  const own = await exportJWK(stranger.publicKey)
  const now = Math.floor(Date.now() / 1000)
  const right = { alg: 'ES256', typ: 'at+jwt', kid }

  // Signed as the bytes are, since a library makes nothing that is wrong.
  async function signedBytes(header: string, payload: string, key: SigningKey = privateKey): Promise<string> {
    const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key as CryptoKey, Buffer.from(input))
    return `${input}.${Buffer.from(signature).toString('base64url')}`
  }
  function headed(changes: object, key?: SigningKey): Promise<string> {
    return signedBytes(JSON.stringify({ ...right, ...changes }), JSON.stringify(claims), key)
  }
  function claiming(changes: object): Promise<string> {
    return signedBytes(JSON.stringify(right), JSON.stringify({ ...claims, ...changes }))
  }
  const whole = JSON.stringify(claims)
  const [head = '', payload = '', signature = ''] = person.accessToken.split('.')
  const elsewhere = 'http://127.0.0.1:9/keys.json'
  const found: [string, string][] = [
    ['with its own key in the header', await headed({ jwk: own }, stranger.privateKey)],
    ['with its own key in the header, and its name', await headed({ jwk: own, kid: 'own' }, stranger.privateKey)],
    ['whose keys are elsewhere', await headed({ jku: elsewhere, kid: 'own' }, stranger.privateKey)],
    ['whose certificate is elsewhere', await headed({ x5u: elsewhere, kid: 'own' }, stranger.privateKey)],
    ['with a certificate', await headed({ x5c: ['MIIB'], kid: 'own' }, stranger.privateKey)],
    ['whose key is a file', await headed({ kid: '../../../../dev/null' }, stranger.privateKey)],
    ['whose key is a statement', await headed({ kid: "x' union select 'y" }, stranger.privateKey)],
    ['whose key is a property of objects', await headed({ kid: '__proto__' }, stranger.privateKey)],
    ['whose key has no name', await headed({ kid: undefined })],
    ['whose key has an empty name', await headed({ kid: '' })],
    ['whose key is a number', await headed({ kid: 7 })],
    ['whose key is a list', await headed({ kid: [kid] })],
    ['with an extension that must be understood', await headed({ crit: ['x'], x: 1 })],
    ['whose payload is not encoded', await headed({ crit: ['b64'], b64: false })],
    ['without a type', await headed({ typ: undefined })],
    ['of RS256', await headed({ alg: 'RS256' })],
    ['of ES384', await headed({ alg: 'ES384' })],
    ['of an algorithm in small letters', await headed({ alg: 'es256' })],
    ['without an algorithm', await headed({ alg: undefined })],
    ['that is not valid yet', await claiming({ nbf: now + 600 })],
    ['without an end', await claiming({ exp: undefined })],
    ['whose end is a text', await claiming({ exp: String(now + 600) })],
    ['whose end is a list', await claiming({ exp: [now + 600] })],
    ['without a person', await claiming({ sub: undefined })],
    ['whose person is a number', await claiming({ sub: 7 })],
    ['whose session is a list', await claiming({ sid: [claims['sid']] })],
    ['of an issuer that begins alike', await claiming({ iss: `${claims.iss}.example.net` })],
    ['for an audience that begins alike', await claiming({ aud: 'daguerre-admin' })],
    ['for the audience in capitals', await claiming({ aud: 'DAGUERRE' })],
    [
      'whose audience comes twice, the last of another',
      await signedBytes(JSON.stringify(right), `${whole.slice(0, -1)},"aud":"another"}`),
    ],
    [
      'whose header names two algorithms',
      await signedBytes(`${JSON.stringify(right).slice(0, -1)},"alg":"none"}`, whole),
    ],
    ['that is a list', await signedBytes(JSON.stringify(right), `[${whole}]`)],
    ['that is no JSON', await signedBytes(JSON.stringify(right), whole.slice(0, -1))],
    ['whose signature is zeros (CVE-2022-21449)', `${head}.${payload}.${Buffer.alloc(64).toString('base64url')}`],
    [
      'whose signature is in DER',
      `${head}.${payload}.${derOf(Buffer.from(signature, 'base64url')).toString('base64url')}`,
    ],
    ['without a signature', `${head}.${payload}.`],
    ['of two parts', `${head}.${payload}`],
    ['of five parts', `${head}.${payload}.${signature}.x.y`],
    ['with a signature and more', `${person.accessToken}AAAA`],
    ['that is very long', await claiming({ more: 'x'.repeat(9000) }).then((token) => `${token.slice(0, -4)}AAAA`)],
    ['that no header holds', 'x'.repeat(40_000)],
    ['that is encrypted', `${encode({ alg: 'dir', enc: 'A256GCM', kid })}..AAAA.AAAA.AAAA`],
    [
      'HS256 with an empty secret',
      await new SignJWT(claims).setProtectedHeader({ ...right, alg: 'HS256' }).sign(new Uint8Array(32)),
    ],
    ['whose key is of the public JWK in the header', await headed({ jwk: publicJwk }, stranger.privateKey)],
  ]
  return found.map(([what, token]) => ({ what, token, code: 'auth.token_invalid', isCommon: false }))
}

/** The signature as other libraries write it: a sequence of two numbers. */
function derOf(raw: Buffer): Buffer {
  const numbers = [raw.subarray(0, 32), raw.subarray(32)].map((number) =>
    Buffer.concat([Buffer.from([2, 33, 0]), number]),
  )
  return Buffer.concat([Buffer.from([0x30, 70]), ...numbers])
}
