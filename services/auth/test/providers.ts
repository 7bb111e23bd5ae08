import { createVisitor, startProvider, type TestProvider } from '@daguerre/kit/testing-provider'
import type { Newcomer, SignedIn } from '@daguerre/contracts'
import type { ProviderSettings } from '../src/provider/provider-desk.ts'
import { origin } from './factors.ts'
import { type Auth, uniqueName } from './system.ts'

/** As what a provider says of its people. */
export type Claims = Record<string, unknown>

/** A provider by this id, and what auth is told of it. What it says of somebody stands in `people`; else it has proven their address. */
export async function startKnownProvider(id = 'example') {
  const people = new Map<string, Claims>()
  const clientSecret = 'a secret of +25% of both & more'
  const provider = await startProvider({
    redirectUris: [`${origin}/sign-in/${id}`],
    clientSecret,
    claimsOf: (login) =>
      people.get(login) ?? { email: `${login}@example.org`, email_verified: true, preferred_username: login },
  })
  const settings: ProviderSettings = {
    ...{ id, name: 'Example', issuer: provider.issuer, clientId: provider.clientId, clientSecret },
    scopes: 'openid profile email',
  }
  return { provider, settings, people }
}

export type Browser = ReturnType<typeof openBrowser>

/** A browser: it keeps the cookies of auth and of the provider, and may be signed in. */
export function openBrowser(auth: Auth, provider: TestProvider, id = 'example') {
  let cookie = ''
  const visit = createVisitor()

  async function ask(method: string, path: string, body?: unknown, person?: SignedIn): Promise<Response> {
    const answer = await auth.request(method, `/api/v1/auth/${path}`, {
      ...(body !== undefined && { body }),
      ...(person && { token: person.accessToken }),
      headers: { ...(cookie !== '' && { cookie }), 'user-agent': 'Test' },
    })
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return answer
  }

  async function read<Body>(asked: Promise<Response>): Promise<Body> {
    const answer = await asked
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Body
  }

  async function begin(path = 'login/provider/begin', person?: SignedIn): Promise<string> {
    return (await read<{ url: string }>(ask('POST', path, { provider: id }, person))).url
  }

  return {
    ask,
    begin,
    visit,
    issuer: provider.issuer,
    /** Goes to the provider, signs in there, and comes back with this. */
    async bring(login: string, path?: string, person?: SignedIn): Promise<Record<string, string>> {
      return { provider: id, ...(await visit(await begin(path, person), login)) }
    },
    signIn: (brought: unknown) => ask('POST', 'login/provider', brought),
    /** Somebody whom the provider knows and auth does not. */
    async arrive(login = uniqueName()): Promise<Newcomer> {
      return await read<Newcomer>(this.signIn(await this.bring(login)))
    },
    register: (body: unknown) => ask('POST', 'register/provider', body),
    /** Makes an account by the provider. */
    async join(login = uniqueName()): Promise<SignedIn> {
      const { newcomer } = await this.arrive(login)
      return await read<SignedIn>(this.register({ newcomer, username: login }))
    },
  }
}
