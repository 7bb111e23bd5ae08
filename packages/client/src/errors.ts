import type { components } from './schema.ts'

export type Problem = components['schemas']['Problem']

/** An answer that says no: RFC 9457 problem details. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** Stable, for programs: `post.not_found`. */
  readonly code: string
  readonly detail: string | null
  readonly requestId: string | null
  /** What is wrong with which field of the body or which parameter: `{ 'media/0/altText': 'must have …' }`. */
  readonly fields: Readonly<Record<string, string>>
  /** Of `auth.account_suspended`: until when, why, and what an appeal has to name. */
  readonly suspension: NonNullable<Problem['suspension']> | null
  /** Seconds after which it may be tried again, where the server said so. */
  readonly retryAfterSeconds: number | null

  constructor(problem: Partial<Problem> & { status: number }, retryAfterSeconds: number | null = null) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`)
    this.status = problem.status
    this.code = problem.code ?? `http.${problem.status}`
    this.detail = problem.detail ?? null
    this.requestId = problem.requestId ?? null
    this.retryAfterSeconds = retryAfterSeconds
    this.suspension = problem.suspension ?? null
    this.fields = Object.fromEntries(
      (problem.errors ?? []).map(({ pointer, parameter, detail }) => [
        pointer?.replace(/^#\//, '') ?? parameter ?? '',
        detail,
      ]),
    )
  }
}

/** The password is right, and the account has a second factor: `completeLogin` takes the challenge and one of the methods. */
export class SecondFactorRequired extends Error {
  override readonly name = 'SecondFactorRequired'
  readonly challenge: string
  readonly methods: components['schemas']['SignInChallenge']['methods']

  constructor({ challenge, methods }: components['schemas']['SignInChallenge']) {
    super('A second factor is needed to sign in.')
    this.challenge = challenge
    this.methods = methods
  }
}

/** A provider knows the person, and there is no account of theirs yet: `registerByProvider` takes the newcomer and a username. */
export class AccountRequired extends Error {
  override readonly name = 'AccountRequired'
  readonly newcomer: components['schemas']['Newcomer']

  constructor(newcomer: components['schemas']['Newcomer']) {
    super('There is no account yet.')
    this.newcomer = newcomer
  }
}

/** What registering leads to where moderators decide: an account that waits, for what this says, and no session. */
export class RegistrationWaits extends Error {
  override readonly name = 'RegistrationWaits'
  readonly waitsFor: components['schemas']['RegistrationWaits']['waitsFor']

  constructor({ waitsFor }: components['schemas']['RegistrationWaits']) {
    super('The account waits to be approved.')
    this.waitsFor = waitsFor
  }
}

/** No answer came: no line, no server, or it was cut. What was sent may have arrived all the same. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  constructor(cause: unknown) {
    super('The server could not be reached.', { cause })
  }
}

/** The error that a response stands for. Reads its body. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  return errorOfText(response.status, text, response.headers.get('retry-after'))
}

export function errorOfText(status: number, text: string, retryAfter: string | null): ApiError {
  try {
    return errorOfBody(status, JSON.parse(text), retryAfter)
  } catch {
    // A proxy in between answers in HTML: its status is all there is.
    return errorOfBody(status, null, retryAfter)
  }
}

export function errorOfBody(status: number, body: unknown, retryAfter: string | null): ApiError {
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {}
  return new ApiError({ ...problem, status }, retryAfterSeconds(retryAfter))
}

/** Seconds or an HTTP date (RFC 9110 §10.2.3). */
export function retryAfterSeconds(value: string | null, now = Date.now()): number | null {
  if (value === null || value.trim() === '') return null
  const seconds = Number(value)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000))
}
