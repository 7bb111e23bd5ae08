import { createHash } from 'node:crypto'
import { Authorization, CreatedApplication } from '@daguerre/contracts'
import { z } from 'zod'
import { api, type Caller, call, read, type Request } from './api.ts'
import { signUp } from './people.ts'
import type { Json } from './walk.ts'

export const back = 'https://print.example.org/back'
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

export async function applicationOf(caller: Caller, changed: object = {}): Promise<CreatedApplication> {
  const body = { name: 'Print', website: null, redirectUris: [back], confidential: true, ...changed }
  return await read(CreatedApplication, api(caller).post('/api/v1/auth/applications', body), 201)
}

/** What an application of somebody asks the browser to bring, and that it is allowed. */
export async function allowance({ id }: { id: string }): Promise<{ [name: string]: Json }> {
  const code_challenge = createHash('sha256').update(verifier).digest('base64url')
  const asked = { client_id: id, redirect_uri: back, response_type: 'code', scope: 'read', state: 'walked' }
  return { ...asked, code_challenge, code_challenge_method: 'S256', decision: 'allow' }
}

/** A form that redeems a code of the caller's. */
export async function redemptionOf(caller: Caller, application: CreatedApplication): Promise<Request> {
  const body = await allowance(application)
  const { redirectTo } = await read(Authorization, api(caller).post('/api/v1/oauth/authorize', body))
  const code = new URL(redirectTo ?? '').searchParams.get('code') ?? ''
  const { id, secret } = application
  return form({
    ...{ grant_type: 'authorization_code', client_id: id, client_secret: secret ?? '' },
    ...{ code, redirect_uri: back, code_verifier: verifier },
  })
}

const Tokens = z.object({ access_token: z.string(), refresh_token: z.string() })

/** An application of somebody else that acts for the caller, and what it does that with. */
export async function allowedBy(caller: Caller) {
  const application = await applicationOf(await signUp('developer'))
  const answer = await call('POST', '/api/v1/oauth/token', await redemptionOf(caller, application))
  return { application, ...Tokens.parse(answer.body) }
}

export function form(fields: Record<string, string>): Request {
  return {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }
}
