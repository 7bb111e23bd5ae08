import type { components } from '@daguerre/client'

type Question = components['schemas']['AuthorizationQuestion']

const names = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const

/** What an application asks by a query. What stands in it twice (RFC 6749 §3.1) counts as not there, and what is not known is passed over. */
export function readAuthorization(query: string): Question {
  const given = new URLSearchParams(query)
  return Object.fromEntries(
    names.flatMap((name) => {
      const [value, ...more] = given.getAll(name)
      return value === undefined || more.length > 0 ? [] : [[name, value]]
    }),
  )
}
