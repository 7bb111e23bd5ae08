import { z } from '@hono/zod-openapi'

const shape = /^[a-z0-9](?:[a-z0-9]|[._](?=[a-z0-9])){2,29}$/

// Names that are paths of the API or the web app, or that would speak for the house.
const reserved = new Set([
  ...['me', 'admin', 'administrator', 'root', 'support', 'help', 'security', 'daguerre', 'system', 'moderator'],
  ...['api', 'docs', 'media', 'explore', 'login', 'register', 'settings', 'search', 'tags', 'feed', 'about'],
  ...['notifications', 'null', 'undefined', 'everyone', 'here', 'all'],
])

/** Whether a text can be somebody's username, reserved names aside. Capitals are not folded here. */
export function isUsernameShape(value: string): boolean {
  return shape.test(value)
}

/**
 * A username: 3–30 of a–z, 0–9, and single dots or underscores inside. Capitals are folded, compatibility forms
 * (full-width letters and the like, NFKC) too; anything else outside ASCII is refused, so that no two names look the same.
 */
export const Username = z
  .string()
  .max(120)
  .transform((value) => value.normalize('NFKC').toLowerCase())
  .refine((value) => shape.test(value), {
    error: 'must be 3 to 30 characters: letters a–z, digits, and single dots or underscores between them',
  })
  .refine((value) => !looksReserved(value), { error: 'is a reserved name' })
  .openapi({ type: 'string', minLength: 3, maxLength: 30, example: 'louise' })

/**
 * What a username looks like: two names with one skeleton cannot both be registered. ASCII part of the confusables of
 * Unicode TS 39 (0/o, 1/l/i, rn/m, vv/w, cl/d), and separators do not distinguish.
 */
export function usernameSkeleton(username: string): string {
  return username
    .replaceAll(/[._]/g, '')
    .replaceAll('0', 'o')
    .replaceAll(/[1i]/g, 'l')
    .replaceAll('5', 's')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
}

const reservedSkeletons = new Set(Array.from(reserved, usernameSkeleton))

// adm1n and supp0rt speak for the house as much as admin and support.
function looksReserved(username: string): boolean {
  return reservedSkeletons.has(usernameSkeleton(username))
}
