import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { seal } from '../seal.ts'

/** What is published of a key (RFC 7517). */
export type PublicJwk = Record<'kid' | 'kty' | 'crv' | 'x' | 'y' | 'alg' | 'use', string>

export interface NewSigningKey {
  kid: string
  publicJwk: PublicJwk
  privateSealed: Buffer
}

/** A new ES256 key pair; the private half encrypted, bound to its kid (the RFC 7638 thumbprint). */
export async function createSigningKey(sealingKey: Uint8Array): Promise<NewSigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const { kty = '', crv = '', x = '', y = '' } = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint({ kty, crv, x, y })
  return {
    kid,
    publicJwk: { kid, kty, crv, x, y, alg: 'ES256', use: 'sig' },
    privateSealed: seal(sealingKey, JSON.stringify(await exportJWK(privateKey)), kid),
  }
}
