import { events, makeEvent } from '@daguerre/contracts'
import { readConfig, tokenIssuer } from '@daguerre/kit/config'
import { startRecovery, startRedriving } from '@daguerre/kit/consumer'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { postgresDeadLetters } from '@daguerre/kit/dead-letters-postgres'
import { startJob } from '@daguerre/kit/job'
import { openPostgresService } from '@daguerre/kit/postgres-service'
import { postgresReceipts } from '@daguerre/kit/receipts-postgres'
import { failFast, openRedis } from '@daguerre/kit/redis'
import { remoteOutbox } from '@daguerre/kit/replay'
import { serve } from '@daguerre/kit/server'
import { startWhenReachable } from '@daguerre/kit/start'
import { watchConnection } from '@daguerre/kit/trouble'
import { createApp } from './app.ts'
import { configSchema, providersOf, senderOf } from './config.ts'
import { database } from './database.ts'
import { type FactorDesk, relyingPartyOf } from './factor/factor-desk.ts'
import { resealTotp } from './factor/reseal-totp.ts'
import { deleteDueAccounts } from './leaving/delete-due-accounts.ts'
import { sendMails } from './mail/send-mails.ts'
import { createSmtp } from './mail/smtp.ts'
import { answerPasswordResets } from './password/answer-password-resets.ts'
import { createPasswords } from './password/passwords.ts'
import { createProviderDesk } from './provider/provider-desk.ts'
import { forgetApplicants } from './registration/forget-applicants.ts'
import { issueFirstAdminLink } from './role/first-admin.ts'
import { deriveMailKeys, deriveSealingKeys, deriveTotpKeys } from './seal.ts'
import { createAccessTokens } from './session/access-token.ts'
import { createEndedSessions } from './session/ended-sessions.ts'
import { createPlaces, noPlaces } from './session/places.ts'
import { purgeSessions } from './session/purge-sessions.ts'
import { reassertEndedSessions } from './session/reassert-ended-sessions.ts'
import { createKeyring } from './signing-key/keyring.ts'
import { keptAfterSuccessionSeconds, listSigningKeys } from './signing-key/list-signing-keys.ts'
import { ensureSigningKey, resealSigningKeys } from './signing-key/rotate-signing-key.ts'

// Verifiers grant five seconds of clock tolerance; the rest is for clocks of their own.
const toleranceSeconds = 15

const config = readConfig(configSchema)
const service = await openPostgresService(config, database, {
  heartbeat: makeEvent(events.accountHeartbeat, { subject: 'auth', version: 0, data: {} }),
  loadJwks: async () => keyring.jwks(),
})
const { log, dapr, forkEm } = service

// Ends of sessions must not wait for a Redis that is away: PostgreSQL has the truth, and the job below says it again.
const redis = openRedis(config, { ...failFast(500), connectTimeout: 2000 })
watchConnection(redis, { name: 'redis', log })

const ttlSeconds = config.ACCESS_TOKEN_SECONDS + toleranceSeconds
const endedSessions = createEndedSessions({ redis, ttlSeconds, log })
const sealingKeys = deriveSealingKeys(config)
const keyring = createKeyring({ sealingKeys, log })
const keptSeconds = keptAfterSuccessionSeconds(config.ACCESS_TOKEN_SECONDS)
async function reloadKeys(): Promise<void> {
  await keyring.load(await listSigningKeys({ em: forkEm(), keptSeconds }))
}
const keys = startWhenReachable({
  name: 'keys',
  async run() {
    const publicationSeconds = config.KEY_PUBLICATION_SECONDS
    if (await ensureSigningKey({ em: forkEm(), sealingKeys, publicationSeconds })) log.info('a signing key was made')
    await reloadKeys()
  },
  log,
})

const firstAdmin = startWhenReachable({
  name: 'first-admin',
  async run() {
    const link = await issueFirstAdminLink(forkEm(), config.PUBLIC_URL)
    if (link !== null)
      log.warn({ link }, 'nobody is admin yet: who opens this link signed in becomes it, within 24 hours')
  },
  log,
})

const smtp = config.SMTP_URL === undefined ? null : createSmtp({ url: config.SMTP_URL, from: senderOf(config) })
const mail = smtp && {
  sealingKeys: deriveMailKeys(config),
  publicUrl: config.PUBLIC_URL,
  confirmationSeconds: config.EMAIL_CONFIRMATION_HOURS * 3600,
}
if (!mail) log.info('there is no SMTP_URL: no mail is sent')

const factors: FactorDesk = { sealingKeys: deriveTotpKeys(config), relyingParty: relyingPartyOf(config) }

const providers = createProviderDesk({ settings: providersOf(config), publicUrl: config.PUBLIC_URL, log })
const places = config.PLACES_FILE === undefined ? null : createPlaces({ path: config.PLACES_FILE, log })
await places?.reload()

const issuer = tokenIssuer(config)
const accessTokens = createAccessTokens({
  keyring,
  issuer,
  audience: config.TOKEN_AUDIENCE,
  lifetimeSeconds: config.ACCESS_TOKEN_SECONDS,
})
const app = createApp({
  config,
  log,
  forkEm,
  verifier: service.verifier,
  checks: { ...service.checks, keys: () => keys.check().then(() => keyring.signingKey()) },
  cursors: createCursorCodec(config),
  passwords: await createPasswords({ concurrency: config.PASSWORD_CONCURRENCY, queueLength: config.PASSWORD_QUEUE }),
  mail,
  factors,
  providers,
  places: places ?? noPlaces,
  keyring,
  accessTokens,
  endedSessions,
  sealingKeys,
  reloadKeys,
  deadLetters: postgresDeadLetters(service.orm),
  receipts: { store: postgresReceipts(service.orm), outboxOf: (publisher) => remoteOutbox(dapr, publisher) },
})

const keysJob = startJob({ name: 'signing-keys', everyMs: 3000, run: reloadKeys, log })
const endedJob = startJob({
  name: 'ended-sessions',
  everyMs: 10_000,
  run: () => reassertEndedSessions({ em: forkEm(), endedSessions, withinSeconds: ttlSeconds }),
  log,
})
const leavingJob = startJob({
  name: 'delete-accounts',
  everyMs: 5000,
  run: (signal) => deleteDueAccounts({ forkEm, endedSessions, mail }, signal),
  log,
})
const applicantsJob = startJob({
  name: 'forget-applicants',
  everyMs: 600_000,
  run: (signal) => forgetApplicants({ em: forkEm(), approvalDays: config.APPROVAL_DAYS }, signal),
  log,
})
const placesJobs = places ? [startJob({ name: 'places', everyMs: 600_000, run: places.reload, log })] : []
const purgeJob = startJob({
  name: 'purge',
  everyMs: 600_000,
  run: async (signal) => {
    await purgeSessions({
      em: forkEm(),
      graceSeconds: config.REFRESH_GRACE_SECONDS,
      keptKeySeconds: keptSeconds,
      signal,
    })
    // A replica with the SECRET_KEY before may have made one since the start.
    await resealSigningKeys({ em: forkEm(), sealingKeys })
    await resealTotp({ em: forkEm(), sealingKeys: factors.sealingKeys, signal })
  },
  log,
})
const mailJobs =
  smtp && mail
    ? [
        startJob({
          name: 'password-resets',
          everyMs: 1000,
          run: (signal) => answerPasswordResets({ forkEm, mail }, signal),
          log,
        }),
        startJob({
          name: 'mails',
          everyMs: 1000,
          run: (signal) => sendMails({ forkEm, mail, send: smtp.send, log }, signal),
          log,
        }),
      ]
    : []
const eventJobs = [startRedriving({ app, log }), startRecovery({ app, log })]
// A Redis that comes back may have lost what it knew.
redis.on('ready', () => void endedJob.trigger())
void endedJob.trigger()

await serve({
  app,
  config,
  log,
  close: [
    () =>
      Promise.all(
        [
          keys,
          firstAdmin,
          keysJob,
          endedJob,
          leavingJob,
          applicantsJob,
          ...placesJobs,
          purgeJob,
          ...mailJobs,
          ...eventJobs,
        ].map((one) => one.stop()),
      ),
    () => smtp?.close(),
    () => redis.disconnect(),
    ...service.close,
  ],
})
