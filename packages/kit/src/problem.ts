import { STATUS_CODES } from 'node:http'
import type { Context } from 'hono'
import { currentContext } from './context.ts'

/** One fault in the input: `pointer` (RFC 6901 as URI fragment, `#/media/0/altText`) for bodies, else `parameter`. */
export type FieldError = {
  pointer?: string
  parameter?: string
  detail: string
  code?: string
}

type Extra = {
  errors?: FieldError[]
  headers?: Record<string, string>
  /** Members of the answer besides those of every problem (RFC 9457 §3.2). */
  members?: Record<string, unknown>
  cause?: unknown
}

/** An answer that is an error (RFC 9457). Throw it anywhere below a handler; `code` is stable, as `thing.reason`. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors: FieldError[] | undefined
  readonly headers: Record<string, string> | undefined
  readonly members: Record<string, unknown> | undefined

  constructor(status: number, code: string, detail: string, extra: Extra = {}) {
    super(`${code}: ${detail}`, 'cause' in extra ? { cause: extra.cause } : undefined)
    this.status = status
    this.code = code
    this.detail = detail
    this.errors = extra.errors
    this.headers = extra.headers
    this.members = extra.members
  }
}

/** A problem of any status. `detail` is shown to people: never put exception text into it. */
export function problem(status: number, code: string, detail: string, extra?: Extra): Problem {
  return new Problem(status, code, detail, extra)
}

/** 404. */
export function notFound(code: string, detail = 'There is no such thing, or not for you.'): Problem {
  return new Problem(404, code, detail)
}

/** 409. */
export function conflict(code: string, detail: string, errors?: FieldError[]): Problem {
  return new Problem(409, code, detail, errors ? { errors } : {})
}

/** 403. */
export function forbidden(code: string, detail = 'You may not do this.'): Problem {
  return new Problem(403, code, detail)
}

/** 422 for input that has the right shape but cannot be taken; `code` is `request.invalid` unless given. */
export function invalid(errors: FieldError[], code = 'request.invalid', detail?: string): Problem {
  return new Problem(422, code, detail ?? 'The request is not valid; see errors.', { errors })
}

/** A JSON pointer as URI fragment (RFC 6901 §6) of a path of keys. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return `#${path
    .map((part) => `/${encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('')}`
}

/** The body of a problem as `application/problem+json` has it. */
export function problemBody(
  thrown: Problem,
  where: { publicUrl: string; instance?: string; requestId?: string | undefined },
) {
  return {
    type: thrown.code === '' ? 'about:blank' : `${where.publicUrl}/problems/${thrown.code}`,
    title: STATUS_CODES[thrown.status] ?? 'Error',
    status: thrown.status,
    detail: thrown.detail,
    ...(where.instance !== undefined && { instance: where.instance }),
    code: thrown.code,
    ...(where.requestId !== undefined && { requestId: where.requestId }),
    ...(thrown.errors && thrown.errors.length > 0 && { errors: thrown.errors }),
    ...thrown.members,
  }
}

/** The answer for a problem. `publicUrl` is the base of `type`. */
export function toProblemResponse(c: Context, thrown: Problem, publicUrl: string): Response {
  const body = problemBody(thrown, { publicUrl, instance: c.req.path, requestId: currentContext()?.requestId })
  const headers = { ...thrown.headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  return c.body(JSON.stringify(body), thrown.status as 400, headers)
}
