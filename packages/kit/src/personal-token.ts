import { crc32 } from 'node:zlib'

/** Tokens that people make for applications begin so: secret scanners find one that was published by mistake. */
export const personalTokenPrefix = 'dgp_'

const shape = /^dgp_([\w-]{43})([\w-]{6})$/

/** Six characters at the end of a token: what is mistyped or invented is refused without asking anybody. */
export function checksumOf(random: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(random))
  return bytes.toString('base64url')
}

/** Whether a text can be such a token. */
export function isPersonalToken(text: string): boolean {
  const [, random, checksum] = shape.exec(text) ?? []
  return random !== undefined && checksumOf(random) === checksum
}
