import type { Provider } from '@daguerre/contracts'
import type { Logger } from '@daguerre/kit/log'
import { invalid, notFound, type Problem, problem } from '@daguerre/kit/problem'
import * as openid from 'openid-client'

export interface ProviderSettings {
  id: string
  name: string
  issuer: string
  clientId: string
  /** null: it knows the client without one, by PKCE and where it sends people back to. */
  clientSecret: string | null
  scopes: string
}

/** What must be the same when somebody leaves for a provider and when they come back. */
export interface Visit {
  state: string
  nonce: string
  verifier: string
  /** Whether it is to ask who they are although it knows them. */
  asksAnew: boolean
}

/** What comes back from a provider by way of the browser. */
export interface ProviderAnswer {
  provider: string
  state: string
  code: string
  /** Which provider says it (RFC 9207), where that says so. */
  iss?: string | undefined
}

/** Who somebody is at a provider. */
export interface Arrival {
  provider: string
  issuer: string
  subject: string
  email: string | null
  emailVerified: boolean
  /** How they call themselves there. */
  name: string | null
  /** When they have last proven who they are there, where it says so. */
  provenAt: Date | null
}

export type ProviderDesk = ReturnType<typeof createProviderDesk>

/** How long somebody may take at a provider. */
export const visitSeconds = 600

const timeoutSeconds = 5
const rediscoverAfterMs = 3_600_000
// Of its clock and ours.
const toleranceMs = 30_000

/**
 * The providers of the configuration. Each is asked what it can do when the first one goes there, and once an hour, so one that is away
 * keeps nobody from starting. Whoever runs this has named them, so they may well be on a private network: no guard stands before these requests.
 */
export function createProviderDesk({
  settings,
  publicUrl,
  log,
}: {
  settings: readonly ProviderSettings[]
  publicUrl: string
  log: Logger
}) {
  const byId = new Map(settings.map((one) => [one.id, one]))
  const discovered = new Map<string, { at: number; configuration: openid.Configuration }>()

  /** @throws Problem 404 `auth.provider_not_found` */
  function settingsOf(id: string): ProviderSettings {
    const found = byId.get(id)
    if (!found) throw notFound('auth.provider_not_found', 'This server knows no such provider.')
    return found
  }

  // One for each provider, so that what one of them has sent is never taken to another.
  function returnUrl(id: string): URL {
    return new URL(`${publicUrl}/sign-in/${id}`)
  }

  async function discover({ id, issuer, clientId, clientSecret }: ProviderSettings): Promise<openid.Configuration> {
    const known = discovered.get(id)
    if (known && Date.now() - known.at < rediscoverAfterMs) return known.configuration
    const isPlain = issuer.startsWith('http:')
    try {
      const configuration = await openid.discovery(new URL(issuer), clientId, undefined, clientAuth(clientSecret), {
        timeout: timeoutSeconds,
        // Signatures too, not TLS alone: whatever stands between us and the provider is then no matter.
        execute: [openid.enableNonRepudiationChecks, ...(isPlain ? [openid.allowInsecureRequests] : [])],
      })
      discovered.set(id, { at: Date.now(), configuration })
      return configuration
    } catch (error) {
      note(error, id)
      throw providerAway()
    }
  }

  /** Only words of the library go to the log: what it was sent are secrets. */
  function note(error: unknown, provider: string): void {
    const { message, code } = error as { message?: string; code?: string }
    log.warn({ provider, reason: message, code }, 'a provider was asked in vain')
  }

  return {
    list: (): Provider[] => settings.map(({ id, name }) => ({ id, name })),
    ids: settings.map(({ id }) => id),
    settingsOf,
    /**
     * Where to send somebody.
     * @throws Problem 404 `auth.provider_not_found`, 503 `auth.provider_away`
     */
    async addressFor(id: string, { state, nonce, verifier, asksAnew }: Visit): Promise<string> {
      const provider = settingsOf(id)
      return openid.buildAuthorizationUrl(await discover(provider), {
        redirect_uri: returnUrl(id).href,
        scope: provider.scopes,
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(asksAnew && { prompt: 'login', max_age: '0' }),
      }).href
    },
    /**
     * Exchanges the code that somebody has brought for who they are there.
     * @throws Problem 422 `auth.provider_answer_wrong`, 503 `auth.provider_away`
     */
    async arrivalOf({ provider, state, code, iss }: ProviderAnswer, visit: Visit): Promise<Arrival> {
      const configuration = await discover(settingsOf(provider))
      const url = returnUrl(provider)
      for (const [name, value] of Object.entries({ state, code, iss })) if (value) url.searchParams.set(name, value)
      try {
        const tokens = await openid.authorizationCodeGrant(configuration, url, {
          pkceCodeVerifier: visit.verifier,
          expectedState: visit.state,
          expectedNonce: visit.nonce,
          idTokenExpected: true,
        })
        const claims = tokens.claims()!
        // Most say these only when they are asked once more.
        const asked = claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
        const more = asked ? await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {}
        const said: Record<string, unknown> = { ...more, ...claims }
        const email = textOf(said['email'])
        return {
          provider,
          issuer: claims.iss,
          subject: claims.sub,
          email,
          emailVerified: email !== null && said['email_verified'] === true,
          name: textOf(said['preferred_username']) ?? textOf(said['nickname']) ?? textOf(said['name']),
          provenAt: typeof claims.auth_time === 'number' ? new Date(claims.auth_time * 1000) : null,
        }
      } catch (error) {
        note(error, provider)
        throw isAway(error) ? providerAway() : answerWrong()
      }
    },
  }
}

/** Whether somebody has proven who they are there since they were sent. */
export function isProvenSince({ provenAt }: Arrival, beganAt: Date): boolean {
  return provenAt !== null && provenAt.getTime() >= beganAt.getTime() - toleranceMs
}

/** As the provider takes it: in the header if it says nothing (RFC 8414), else in the body where it knows that alone. */
function clientAuth(secret: string | null): openid.ClientAuth {
  if (secret === null) return openid.None()
  const [basic, post] = [openid.ClientSecretBasic(secret), openid.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const known = server.token_endpoint_auth_methods_supported
    const takesBasic = known === undefined || known.includes('client_secret_basic')
    return (takesBasic ? basic : post)(server, ...rest)
  }
}

function textOf(claim: unknown): string | null {
  return typeof claim === 'string' && claim.trim() !== '' && claim.length <= 254 ? claim.trim() : null
}

function isAway(error: unknown): boolean {
  if (error instanceof openid.ResponseBodyError) return error.status >= 500
  if (error instanceof openid.ClientError)
    return error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM'
  return error instanceof TypeError
}

function providerAway(): Problem {
  return problem(503, 'auth.provider_away', 'The provider does not answer. Try again, or sign in another way.', {
    headers: { 'retry-after': '5' },
  })
}

function answerWrong(): Problem {
  return invalid(
    [{ pointer: '#/code', code: 'auth.provider_answer_wrong', detail: 'is not what the provider has answered here' }],
    'auth.provider_answer_wrong',
    'What the provider has answered is not right. Begin again.',
  )
}
