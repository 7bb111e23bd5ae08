import { createHash, randomBytes } from 'node:crypto'
import { networkOf } from '@daguerre/kit/network'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** Where a sign-in comes from, as far as throttling is concerned. */
export interface Origin {
  network: string
  /** sha256 of what the device keeps. */
  device: Buffer
}

const name = '__Host-daguerre-device'
const shape = /^dgr_dv_[\w-]{43}$/
const yearSeconds = 365 * 86_400

/**
 * Where a request comes from. A device that has no cookie yet is given one. It opens nothing: who has signed in with it before
 * is not kept waiting by what strangers try.
 */
export function originOf(c: Context): Origin {
  const kept = getCookie(c, name)
  const token = kept !== undefined && shape.test(kept) ? kept : `dgr_dv_${randomBytes(32).toString('base64url')}`
  setCookie(c, name, token, { path: '/', secure: true, httpOnly: true, sameSite: 'Strict', maxAge: yearSeconds })
  return {
    // The gateway's word, which takes none from outside.
    network: networkOf(c.req.header('x-forwarded-for') ?? 'unknown'),
    device: createHash('sha256').update(token).digest(),
  }
}
