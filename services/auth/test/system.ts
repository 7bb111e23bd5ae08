import { tokenIssuer } from '@daguerre/kit/config'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { createLogger } from '@daguerre/kit/log'
import { openRedis } from '@daguerre/kit/redis'
import { createOrm, query } from '@daguerre/kit/postgres'
import { asSidecar, createTestDatabase, memoryDeadLetters, testConfig } from '@daguerre/kit/testing'
import { createTokenVerifier, ordinaryScopes, type Viewer } from '@daguerre/kit/tokens'
import { type CaughtMail, mailsTo } from '@daguerre/kit/testing-mail'
import { type EventData, events, type SignedIn } from '@daguerre/contracts'
import { decodeJwt } from 'jose'
import { createApp } from '../src/app.ts'
import type { AdmissionRules } from '../src/config.ts'
import { database } from '../src/database.ts'
import { relyingPartyOf } from '../src/factor/factor-desk.ts'
import { deleteDueAccounts } from '../src/leaving/delete-due-accounts.ts'
import { sendMails, type SendMailsDeps } from '../src/mail/send-mails.ts'
import { createSmtp } from '../src/mail/smtp.ts'
import { answerPasswordResets } from '../src/password/answer-password-resets.ts'
import { createPasswords, type PasswordParameters } from '../src/password/passwords.ts'
import { createProviderDesk, type ProviderSettings } from '../src/provider/provider-desk.ts'
import { deriveMailKeys, deriveSealingKeys, deriveTotpKeys } from '../src/seal.ts'
import { createAccessTokens } from '../src/session/access-token.ts'
import { endedSessionKey } from '@daguerre/kit/ended-sessions'
import { createEndedSessions, type EndedSessions } from '../src/session/ended-sessions.ts'
import { noPlaces, type Places } from '../src/session/places.ts'
import { createKeyring } from '../src/signing-key/keyring.ts'
import { keptAfterSuccessionSeconds, listSigningKeys } from '../src/signing-key/list-signing-keys.ts'
import { ensureSigningKey } from '../src/signing-key/rotate-signing-key.ts'

const config = testConfig({ APP_ID: 'auth' })
export const issuer = tokenIssuer(config)
export const audience = config.TOKEN_AUDIENCE
const light = { memoryCost: 1024, timeCost: 1, parallelism: 1 }

export type Auth = Awaited<ReturnType<typeof startAuth>>

/** A database of its own with auth's schema. */
export function createDatabase() {
  return createTestDatabase({ ...database, poolMax: 1 })
}

/** One replica of auth on a database, with cheap password hashing; `request` sends to its app. */
export async function startAuth(
  databaseUrl: string,
  options: {
    secretKey?: string
    previousSecretKey?: string
    redisUrl?: string
    passwordParameters?: PasswordParameters
    endedSessions?: (real: EndedSessions) => EndedSessions
    publicationSeconds?: number
    graceDays?: number
    /** Who may make an account; open to all by default. */
    rules?: Partial<AdmissionRules>
    places?: Places
    /** Whether applications of third parties may be let act for people. */
    applications?: boolean
    /** Whether it sends mail: by `sendMails`, to the catcher of the tests. */
    mail?: boolean
    /** Where people may sign in elsewhere. */
    providers?: ProviderSettings[]
  } = {},
) {
  const log = createLogger({ service: 'auth', level: 'error' })
  const orm = createOrm({ url: databaseUrl, entities: [], service: 'auth', poolMax: 10 })
  const redisUrl = options.redisUrl ?? process.env['TEST_REDIS_URL'] ?? ''
  const redis = openRedis(
    { REDIS_URL: redisUrl, REDIS_CLUSTER: false },
    {
      commandTimeout: 500,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: options.redisUrl === undefined,
    },
  )
  redis.on('error', () => {})
  const real = createEndedSessions({ redis, ttlSeconds: 915, log })
  const endedSessions = options.endedSessions?.(real) ?? real
  const secrets = {
    SECRET_KEY: options.secretKey ?? config.SECRET_KEY,
    SECRET_KEY_PREVIOUS: options.previousSecretKey,
  }
  const sealingKeys = deriveSealingKeys(secrets)
  const factors = { sealingKeys: deriveTotpKeys(secrets), relyingParty: relyingPartyOf(config) }
  const mail = options.mail
    ? { sealingKeys: deriveMailKeys(secrets), publicUrl: config.PUBLIC_URL, confirmationSeconds: 86_400 }
    : null
  const smtp = createSmtp({ url: process.env['TEST_SMTP_URL'] ?? '', from: 'Daguerre <no-reply@example.org>' })
  const keyring = createKeyring({ sealingKeys, log })
  function forkEm() {
    return orm.em.fork()
  }
  async function reloadKeys(): Promise<void> {
    await keyring.load(await listSigningKeys({ em: forkEm(), keptSeconds: keptAfterSuccessionSeconds(900) }))
  }
  await ensureSigningKey({ em: forkEm(), sealingKeys, publicationSeconds: options.publicationSeconds ?? 30 })
  await reloadKeys()
  const verifier = createTokenVerifier({ issuer, audience, loadJwks: async () => keyring.jwks() })
  const accessTokens = createAccessTokens({ keyring, issuer, audience, lifetimeSeconds: 900 })
  const app = createApp({
    config: {
      ...config,
      ...secrets,
      REFRESH_TOKEN_DAYS: 30,
      ACCOUNT_DELETION_GRACE_DAYS: options.graceDays ?? 30,
      REFRESH_GRACE_SECONDS: 20,
      KEY_PUBLICATION_SECONDS: options.publicationSeconds ?? 30,
      REGISTRATION: 'open',
      INVITATIONS_PER_MEMBER: 0,
      OAUTH_APPLICATIONS: options.applications ?? true,
      ...options.rules,
    },
    log,
    forkEm,
    verifier,
    cursors: createCursorCodec(secrets),
    passwords: await createPasswords({
      concurrency: 2,
      queueLength: 200,
      parameters: options.passwordParameters ?? light,
    }),
    mail,
    factors,
    providers: createProviderDesk({ settings: options.providers ?? [], publicUrl: config.PUBLIC_URL, log }),
    places: options.places ?? noPlaces,
    keyring,
    accessTokens,
    endedSessions,
    sealingKeys,
    reloadKeys,
    deadLetters: memoryDeadLetters(),
  })

  async function request(
    method: string,
    path: string,
    { body, token, headers }: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return app.request(path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  return {
    app,
    config: { ...config, ...secrets },
    keyring,
    orm,
    log,
    redis,
    mail,
    factors,
    send: smtp.send,
    accessTokens,
    endedSessions,
    reloadKeys,
    verifier,
    request,
    forkEm,
    sql: <Row extends object = Record<string, unknown>>(sql: string, params: unknown[] = []) =>
      query<Row>(forkEm(), `/* test */ ${sql}`, params),
    /** What the audit log is told of an account. */
    async decisionsAbout(accountId: string): Promise<EventData<typeof events.accountDecided>[]> {
      const rows = await query<{ data: EventData<typeof events.accountDecided> }>(
        forkEm(),
        '/* test */ select data from outbox where subject = ? and type = ? order by id',
        [accountId, events.accountDecided.type],
      )
      return rows.map(({ data }) => data)
    },
    internal: (path: string, body: unknown) => request('POST', path, { body, headers: asSidecar(config) }),
    /** Registers somebody with a name of their own. */
    async register(input: { username?: string; userAgent?: string } = {}): Promise<SignedIn> {
      const username = input.username ?? uniqueName()
      const answer = await request('POST', '/api/v1/auth/register', {
        body: { email: `${username}@example.org`, username, password },
        ...(input.userAgent !== undefined && { headers: { 'user-agent': input.userAgent } }),
      })
      if (answer.status !== 201) throw new Error(`register: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as SignedIn
    },
    async login(username: string, typed = password): Promise<SignedIn> {
      const answer = await request('POST', '/api/v1/auth/login', { body: { login: username, password: typed } })
      if (answer.status !== 200) throw new Error(`login: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as SignedIn
    },
    /** As if they had signed in eleven minutes ago: not fresh any more. */
    async age(person: SignedIn): Promise<void> {
      const aged = `update session set fresh_until = fresh_until - interval '11 minutes' where id = ?`
      await query(forkEm(), `/* test */ ${aged}`, [sessionOf(person)])
    },
    refresh: (refreshToken: string) => request('POST', '/api/v1/auth/refresh', { body: { refreshToken } }),
    /** Whether gateway would turn this session's tokens away. */
    isEndedAtTheDoor: async (sessionId: string) => (await redis.exists(endedSessionKey(sessionId))) === 1,
    /** Does once what the jobs of mail do; with another way to send, if one is given. */
    async sendMails(changed: Partial<SendMailsDeps> = {}): Promise<void> {
      if (!mail) throw new Error('This auth has no mail.')
      const { signal } = new AbortController()
      await answerPasswordResets({ forkEm, mail }, signal)
      await sendMails({ forkEm, mail, send: smtp.send, log, ...changed }, signal)
    },
    /** Does once what the job does about who is leaving. */
    deleteDue: () => deleteDueAccounts({ forkEm, endedSessions, mail }, new AbortController().signal),
    /** What has come to an address, the newest first, when all that waits is sent. */
    async mails(address: string): Promise<CaughtMail[]> {
      await this.sendMails()
      return await mailsTo(process.env['TEST_INBOX_URL'] ?? '', address)
    },
    async close() {
      smtp.close()
      redis.disconnect()
      await orm.close()
    },
  }
}

export const password = 'silver-on-copper-1839'

/** A username that looks like no other. */
export function uniqueName(): string {
  // Letters without look-alikes: the skeleton of a hexadecimal id could be another's.
  const letters = 'abefghjkpqstxyz'
  return Array.from(crypto.getRandomValues(new Uint8Array(14)), (byte) => letters[byte % letters.length]).join('')
}

/** The session id that an access token carries. */
export function sessionOf(signedIn: SignedIn): string {
  return decodeJwt(signedIn.accessToken)['sid'] as string
}

export function viewerOf(signedIn: SignedIn): Viewer {
  return {
    id: signedIn.user.id,
    username: signedIn.user.username,
    sessionId: sessionOf(signedIn),
    scopes: ordinaryScopes,
  }
}

/** Status and problem code of an answer. */
export async function problemOf(answer: Response): Promise<{ status: number; code: string; pointers: string[] }> {
  const body = (await answer.json()) as { code: string; errors?: { pointer?: string }[] }
  return { status: answer.status, code: body.code, pointers: (body.errors ?? []).map((error) => error.pointer ?? '') }
}
