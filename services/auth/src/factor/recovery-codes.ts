import { createHash, randomBytes } from 'node:crypto'

const count = 10
// Crockford's: no letter in it is taken for a digit.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const length = 16

/** Ten new codes of 80 bits, in groups that can be written down. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: count }, () => {
    const letters = Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('')
    return letters.replaceAll(/.{4}(?=.)/g, '$&-')
  })
}

/** What is stored of one, however it was typed. Nobody guesses 80 bits, so a plain hash is enough. */
export function hashRecoveryCode(code: string): Buffer {
  const letters = code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return createHash('sha256').update(letters).digest()
}
