import { hkdfSync } from 'node:crypto'
import type { BaseConfig } from './config.ts'

export type Secrets = Pick<BaseConfig, 'SECRET_KEY' | 'SECRET_KEY_PREVIOUS'>

/** Keys of one purpose. The first one seals and signs; any may open and verify. */
export type Keys = readonly [Buffer, ...Buffer[]]

/** Derives a purpose's keys (HKDF-SHA-256) from SECRET_KEY and, if it was changed lately, from the one before. */
export function deriveKeys({ SECRET_KEY, SECRET_KEY_PREVIOUS }: Secrets, purpose: string, salt = ''): Keys {
  function derive(secret: string): Buffer {
    return Buffer.from(hkdfSync('sha256', secret, salt, purpose, 32))
  }
  return [derive(SECRET_KEY), ...(SECRET_KEY_PREVIOUS === undefined ? [] : [derive(SECRET_KEY_PREVIOUS)])]
}
