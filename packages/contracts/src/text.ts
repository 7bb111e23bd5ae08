import { z } from '@hono/zod-openapi'

// Tab, line feed and carriage return are the only control characters that a person types on purpose.
// oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u
// oxlint-disable-next-line no-control-regex -- as above, line breaks included
const controlOrBreak = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u

/** Length as people count it: Unicode code points. */
export function codePointLength(text: string): number {
  let length = 0
  for (const _ of text) length++
  return length
}

function checked(maxLength: number, forbidden: RegExp, minLength: number) {
  return z
    .string()
    .refine((value) => value.isWellFormed(), { error: 'contains a lone surrogate', abort: true })
    .refine((value) => !forbidden.test(value), { error: 'contains control characters', abort: true })
    .transform((value) => value.normalize('NFC').trim())
    .refine((value) => codePointLength(value) >= minLength, { error: `must have at least ${minLength} characters` })
    .refine((value) => codePointLength(value) <= maxLength, { error: `must have at most ${maxLength} characters` })
    .openapi({ type: 'string', minLength, maxLength })
}

/** Free text of several lines, NFC, trimmed; lengths in Unicode code points. */
export function multilineText(maxLength: number, minLength = 0) {
  return checked(maxLength, controlCharacters, minLength)
}

/** Text of one line, NFC, trimmed; lengths in Unicode code points. */
export function singleLineText(maxLength: number, minLength = 0) {
  return checked(maxLength, controlOrBreak, minLength)
}
