import { randomInt } from 'node:crypto'
import { Username } from '@daguerre/contracts'

/**
 * A username made from an e-mail address, for clients of earlier systems that send none. The first attempt is the local
 * part as it is, if that can be a username; later ones carry a random number.
 */
export function deriveUsername(email: string, attempt: number): string {
  const local = email.slice(0, email.lastIndexOf('@')).replace(/\+.*$/, '')
  const words =
    local
      .normalize('NFKC')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  const base = words.join('_').slice(0, 24).replace(/_$/, '')
  if (attempt === 0 && Username.safeParse(base).success) return base
  return `${base === '' ? 'photographer' : base}_${randomInt(1000, 100_000)}`
}
