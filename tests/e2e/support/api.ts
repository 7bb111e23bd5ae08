import { ProblemDetails } from '@daguerre/contracts'
import { expect } from 'vitest'
import type { z } from 'zod'
import { system } from '../../setup/system.ts'
import { checkAnswer, operationOf } from './description.ts'

export interface Answer<Body = unknown> {
  status: number
  headers: Headers
  /** Parsed if it is JSON, bytes if it is not, undefined if there is none or no end of it. */
  body: Body
}

/** Who asks: all that the API needs to know is the access token. */
export interface Caller {
  accessToken: string
}

export interface Request {
  /** Sent as JSON, unless it is a form, text or bytes. */
  body?: unknown
  headers?: Record<string, string>
  /** False for paths that the document does not describe (the documents themselves). */
  described?: boolean
}

/** Sends a request to the public door; the answer must be what the OpenAPI document says of it. */
export async function call<Body = unknown>(
  method: string,
  path: string,
  { body, headers = {}, described = true }: Request = {},
  caller?: Caller,
): Promise<Answer<Body>> {
  const isRaw = body instanceof FormData || body instanceof Uint8Array || typeof body === 'string'
  const response = await fetch(`${system.url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
      ...(caller && { authorization: `Bearer ${caller.accessToken}` }),
      ...headers,
    },
    body:
      body === undefined ? null : isRaw ? (body as FormData | Uint8Array<ArrayBuffer> | string) : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  })
  const answer = { method, status: response.status, headers: response.headers, body: await bodyOf(response) }
  if (described) {
    const operation = operationOf(method, path.replace(/[?#].*$/, ''))
    if (!operation) throw new Error(`${method} ${path} is not described.`)
    checkAnswer(operation, answer)
  }
  return answer as Answer<Body>
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel()
    return undefined
  }
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (bytes.length === 0) return undefined
  return /\bjson\b/.test(response.headers.get('content-type') ?? '')
    ? JSON.parse(new TextDecoder().decode(bytes))
    : bytes
}

/** The API as somebody sees it who is signed in, or as anybody: `api(louise).get('/api/v1/feed/home')`. */
export function api(caller?: Caller) {
  return {
    get: <Body>(path: string, request?: Request) => call<Body>('GET', path, request, caller),
    head: (path: string, request?: Request) => call('HEAD', path, request, caller),
    post: <Body>(path: string, body?: unknown, request?: Request) =>
      call<Body>('POST', path, { ...request, body }, caller),
    put: <Body>(path: string, body?: unknown, request?: Request) =>
      call<Body>('PUT', path, { ...request, body }, caller),
    patch: <Body>(path: string, body?: unknown, request?: Request) =>
      call<Body>('PATCH', path, { ...request, body }, caller),
    delete: <Body>(path: string, request?: Request) => call<Body>('DELETE', path, request, caller),
  }
}

/**
 * The body of an answer that must have this status and exactly this shape: nothing missing, nothing more.
 * @param schema of contracts; what a client relies on from the first day
 */
export async function read<Schema extends z.ZodType>(
  schema: Schema,
  asked: Answer | Promise<Answer>,
  status = 200,
): Promise<z.output<Schema>> {
  const answer = await asked
  expect(answer.status, JSON.stringify(answer.body)).toBe(status)
  const parsed = schema.parse(answer.body)
  expect(answer.body).toStrictEqual(parsed)
  return parsed
}

/** For requests that answer 204 and nothing. */
export async function done(asked: Promise<Answer>): Promise<void> {
  const { status, body } = await asked
  expect(status, JSON.stringify(body)).toBe(204)
  expect(body).toBeUndefined()
}

/** The problem that a request must be refused with. */
export async function refused(asked: Promise<Answer>, status: number, code: string): Promise<ProblemDetails> {
  const answer = await asked
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const problem = await read(ProblemDetails, answer, status)
  expect(problem.code, problem.detail).toBe(code)
  return problem
}
