import { ProblemDetails } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { operations } from '../e2e/support/description.ts'
import { nobodysId } from '../e2e/support/world.ts'
import { system } from '../setup/system.ts'
import { tell } from './support/counts.ts'

/** What tells of the inside: places of files, lines of code, statements, addresses of services. */
const inside = /node_modules|\.ts:\d|\bat \w+ \(|select .* from|ECONN|127\.0\.0\.1|postgres|mikro|undici|zod\b/i

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ answer: Response; text: string }> {
  const answer = await fetch(`${system.url}${path}`, { method, headers, redirect: 'manual' })
  return { answer, text: method === 'HEAD' ? '' : await answer.text() }
}

/** A problem document, or at the token endpoint an error as clients of OAuth read it (RFC 6749 §5.2). */
function isError(path: string, text: string): boolean {
  const body = JSON.parse(text) as { error?: unknown }
  return /^\/api\/v1\/oauth\/(?:token|revoke)$/.test(path)
    ? typeof body.error === 'string'
    : ProblemDetails.safeParse(body).success
}

test('each answer says how a browser may take it, sets no cookie, lets no other origin in, and tells nothing of the inside', async () => {
  const complaints: string[] = []
  const paths = operations.map(({ path, method }) => ({ method, path: path.replaceAll(/\{\w+\}/g, nobodysId()) }))
  const others = [
    '/',
    '/docs',
    '/nowhere',
    '/api/v1/openapi.json',
    '/robots.txt',
    '/internal/outbox',
    '/login',
    '/oembed?url=x',
  ]
  const asked = [...paths, ...others.map((path) => ({ method: 'GET', path }))]
  for (const { method, path } of asked) {
    const { answer, text } = await ask(method, path, { origin: 'https://elsewhere.example', accept: '*/*' })
    const { headers, status } = answer
    const what = `${method} ${path} → ${status}`
    if (headers.get('x-content-type-options') !== 'nosniff') complaints.push(`${what} may be sniffed`)
    const policy = headers.get('content-security-policy') ?? ''
    if (!policy.includes("default-src 'none'") || !policy.includes("frame-ancestors 'none'"))
      complaints.push(`${what} has a weak policy: ${policy}`)
    if (/script-src[^;]*(?:unsafe-inline|unsafe-eval|\*|https?:)/.test(policy))
      complaints.push(`${what} lets scripts in: ${policy}`)
    if (
      headers
        .getSetCookie()
        .some((cookie) => !/^__Host-[^;]+;.*\bHttpOnly\b/i.test(cookie) || !/SameSite=(?:Strict|Lax)/i.test(cookie))
    )
      complaints.push(`${what} sets a cookie: ${headers.getSetCookie().join()}`)
    for (const name of headers.keys())
      if (/^(?:access-control-|server$|x-powered-by$|dapr-|x-daguerre-)/.test(name))
        complaints.push(`${what} has the header ${name}`)
    if (status >= 500) complaints.push(`${what} is a fault`)
    if (status >= 400 && status !== 404) {
      if (!isError(path, text)) complaints.push(`${what} is no problem document`)
    }
    if (status >= 400 && inside.test(text.replaceAll(system.url, '')))
      complaints.push(`${what} tells of the inside: ${text}`)
  }
  expect(complaints).toEqual([])
  tell('answers', `${asked.length} looked at for headers, cookies and internals`)
})

test('another origin is answered no preflight', async () => {
  const { answer } = await ask('OPTIONS', '/api/v1/posts', {
    origin: 'https://elsewhere.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  })
  expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
})
