import type { AdmissionRules, Config } from './config.ts'
import { createConsumer, type ConsumerOptions, type DeadLetterStore } from '@daguerre/kit/consumer'
import { createHttpApp, type HttpDeps } from '@daguerre/kit/http'
import type { CursorCodec } from '@daguerre/kit/cursor'
import type { Keys } from '@daguerre/kit/secret'
import type { EntityManager } from '@mikro-orm/postgresql'
import { subscriptions } from './events.ts'
import type { FactorDesk } from './factor/factor-desk.ts'
import type { MailDesk } from './mail/mail-desk.ts'
import type { Passwords } from './password/passwords.ts'
import type { ProviderDesk } from './provider/provider-desk.ts'
import { providerRoutes } from './routes/providers.ts'
import { internalRoutes } from './routes/internal.ts'
import { oauthRoutes } from './routes/oauth.ts'
import { personalTokenRoutes } from './routes/personal-tokens.ts'
import { publicRoutes } from './routes/public.ts'
import { registrationRoutes } from './routes/registration.ts'
import { roleRoutes } from './routes/roles.ts'
import type { AccessTokens } from './session/access-token.ts'
import type { EndedSessions } from './session/ended-sessions.ts'
import type { Places } from './session/places.ts'
import type { Keyring } from './signing-key/keyring.ts'

export interface AppDeps extends Omit<HttpDeps, 'config'> {
  config: HttpDeps['config'] &
    Pick<
      Config,
      | 'PUBSUB_NAME'
      | 'REFRESH_TOKEN_DAYS'
      | 'REFRESH_GRACE_SECONDS'
      | 'KEY_PUBLICATION_SECONDS'
      | 'ACCOUNT_DELETION_GRACE_DAYS'
      | 'OAUTH_APPLICATIONS'
      | keyof AdmissionRules
    >
  forkEm: () => EntityManager
  cursors: CursorCodec
  passwords: Passwords
  /** null: there is no SMTP server. */
  mail: MailDesk | null
  factors: FactorDesk
  /** Where people may sign in elsewhere; none where none is configured. */
  providers: ProviderDesk
  places: Places
  keyring: Keyring
  accessTokens: AccessTokens
  endedSessions: EndedSessions
  /** Encrypt signing keys in the database. */
  sealingKeys: Keys
  /** Has the ring take what the database has now. */
  reloadKeys: () => Promise<void>
  deadLetters: DeadLetterStore
  receipts?: NonNullable<ConsumerOptions['receipts']>
}

/** The HTTP side of auth. */
export function createApp(deps: AppDeps) {
  const app = createHttpApp(deps)
  app.route('/', publicRoutes(deps))
  app.route('/', providerRoutes(deps))
  app.route('/', registrationRoutes(deps))
  app.route('/', roleRoutes(deps))
  app.route('/', personalTokenRoutes(deps))
  app.route('/', oauthRoutes(deps))
  app.route('/', internalRoutes(deps))
  const { config, deadLetters, receipts, log } = deps
  createConsumer({
    app,
    appId: config.APP_ID,
    pubsubName: config.PUBSUB_NAME,
    subscriptions: subscriptions(deps),
    // Who is suspended is out within a second.
    bulk: { maxAwaitMs: 20 },
    deadLetters,
    ...(receipts && { receipts }),
    log,
  })
  return app
}
