import { deadLetterDistribution } from '@daguerre/kit/dead-letters-postgres'
import { distribute } from '@daguerre/kit/distribution'
import { forgottenDistribution } from '@daguerre/kit/forget-events'
import { idempotencyDistribution } from '@daguerre/kit/idempotency'
import { outboxDistribution } from '@daguerre/kit/outbox'
import { receiptDistribution } from '@daguerre/kit/receipts-postgres'

/** Where the rows of this service's tables would live in a database of several nodes. */
export const distribution = distribute(
  {
    tables: {
      account: { local: 'three names, each of which is unique by itself, and found by any of them' },
      account_standing: { local: 'with its account, whose sign-ins read it' },
      invitation: { local: 'with the account of who made it; a code is known by its hash alone' },
      invited: { local: 'with its account' },
      application: { local: 'with its account, whose sign-ins read it' },
      session: { local: 'with its account, which its refreshes read and whose password ends it' },
      refresh_token: { local: 'with its session; a token is known by its hash alone' },
      signing_key: { local: 'a handful' },
      account_link: { local: 'with its account; a link is known by its hash alone' },
      mail_job: { local: 'one queue, which replicas share by SKIP LOCKED; empty but for what waits' },
      mailbox_count: { local: 'short-lived, one row a mailbox and day' },
      password_reset_request: { local: 'one queue, empty but for the last second' },
      retired_username: { local: 'with the accounts, whose names are looked up with these' },
      known_device: { local: 'with its account, whose sign-ins read it' },
      totp: { local: 'with its account' },
      recovery_code: { local: 'with its account' },
      passkey: { local: 'with its account; a credential is known by its id alone' },
      passkey_challenge: { local: 'short-lived; a challenge is known by its hash alone' },
      sign_in_challenge: { local: 'short-lived; a challenge is known by its hash alone' },
      identity: { local: 'with its account; known by issuer and subject alone' },
      provider_visit: { local: 'short-lived; a visit is known by its hash alone' },
      newcomer: { local: 'short-lived; known by its hash alone' },
      first_admin_link: { local: 'a handful, until there is an admin' },
      personal_token: { local: 'with its account; a token is known by its hash alone' },
      oauth_client: { local: 'with the account of who makes it, which its grants read' },
      oauth_grant: { local: 'with its account and its application; found by a token alone' },
      oauth_refresh_token: { local: 'with its grant; a token is known by its hash alone' },
      oauth_code: { local: 'short-lived; a code is known by its hash alone' },
      sign_in_device: { local: 'with its account, whose sign-ins read it' },
      sign_in_failure: { local: 'short-lived, one row a name that was mistyped' },
    },
    allShards: {
      'stored-answers': { why: 'of somebody who has left: whatever they made within a day' },
    },
  },
  outboxDistribution,
  forgottenDistribution,
  idempotencyDistribution,
  deadLetterDistribution,
  receiptDistribution,
)
