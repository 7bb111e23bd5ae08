import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider } from 'oidc-provider'

export interface ProviderOptions {
  /** Where it sends people back to. */
  redirectUris: string[]
  clientId?: string
  /** None: it knows the client by PKCE alone. */
  clientSecret?: string
  /** What it says of who has signed in with a name, besides `sub`; all that it knows at each time, so a test may change it. */
  claimsOf?: (login: string) => Record<string, unknown>
}

export type TestProvider = Awaited<ReturnType<typeof startProvider>>

/** A real provider of OpenID Connect on this machine, with a page of its own where any name signs in. Close it. */
export async function startProvider(options: ProviderOptions) {
  const { redirectUris, clientId = 'daguerre', clientSecret, claimsOf = plainClaims } = options
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        redirect_uris: redirectUris,
        ...(clientSecret === undefined
          ? { token_endpoint_auth_method: 'none' as const }
          : { client_secret: clientSecret }),
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username', 'name'] },
    findAccount: (_, login) => ({ accountId: login, claims: () => ({ sub: login, ...claimsOf(login) }) }),
    // Nobody is asked what the client may know.
    async loadExistingGrant({ oidc }) {
      const { session, client } = oidc
      if (!session?.accountId || !client) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['of a test'] },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => void answer(request, response))

  return {
    issuer,
    clientId,
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function plainClaims(login: string): Record<string, unknown> {
  return { email: `${login}@example.org`, email_verified: true, preferred_username: login }
}

/** A browser that keeps a provider's cookies, without showing anything. */
export function createVisitor() {
  const cookies = new Map<string, string>()

  async function go(url: string, form?: Record<string, string>): Promise<Response> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }

  /** Signs in at the provider where it asks, and gives what stands in the address that it sends the browser back to. */
  return async function visit(url: string, login: string): Promise<Record<string, string>> {
    const { origin } = new URL(url)
    let response = await go(url)
    for (let steps = 0; steps < 10; steps++) {
      const location = response.headers.get('location')
      if (location === null) {
        const action = /action="([^"]+)"/.exec(await response.text())?.[1]
        if (action === undefined) throw new Error(`The provider answers ${response.status}.`)
        response = await go(new URL(action, origin).href, { prompt: 'login', login, password: 'any' })
        continue
      }
      const next = new URL(location, origin)
      if (next.origin !== origin) return Object.fromEntries(next.searchParams)
      response = await go(next.href)
    }
    throw new Error('The provider sends the browser round and round.')
  }
}
