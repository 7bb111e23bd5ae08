import { z } from '@hono/zod-openapi'
import { Username } from './username.ts'

export const EmailAddress = z
  .string()
  .max(254)
  .transform((value) => value.trim().normalize('NFC'))
  .pipe(z.email({ error: 'is not an e-mail address' }))
  .openapi({ type: 'string', format: 'email', maxLength: 254, example: 'louise@example.org' })

/** NIST SP 800-63B: a length, no rules of composition. In Unicode NFC, at most 200 characters. */
export const Password = z
  .string()
  .max(1000)
  .refine((value) => value.isWellFormed(), { error: 'contains a lone surrogate' })
  .transform((value) => value.normalize('NFC'))
  .refine((value) => value.length >= 8, { error: 'must have at least 8 characters' })
  .refine((value) => value.length <= 200, { error: 'must have at most 200 characters' })
  .openapi({ type: 'string', format: 'password', minLength: 8, maxLength: 200, example: 'silver-on-copper-1839' })

export const Registration = z
  .strictObject({ email: EmailAddress, username: Username, password: Password })
  .openapi('Registration')
export type Registration = z.infer<typeof Registration>

/** Each may do what those before it may. */
export const Role = z.enum(['member', 'moderator', 'admin']).openapi('Role')
export type Role = z.infer<typeof Role>

export const Account = z
  .object({
    id: z.uuid(),
    email: z.string(),
    emailVerified: z.boolean().openapi({ description: 'Whether a link that was sent to the address has been used.' }),
    username: z.string(),
    role: Role,
    deletionAt: z.iso.datetime().nullable().openapi({
      description:
        'When the account is deleted, if its owner has asked for that. Until then it can be taken back, and nobody else sees them.',
    }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Account')
export type Account = z.infer<typeof Account>

export const AccountDeletion = z
  .object({ deletionAt: z.iso.datetime().openapi({ description: 'Until then it can be taken back.' }) })
  .openapi('AccountDeletion')
export type AccountDeletion = z.infer<typeof AccountDeletion>

/** What signing in or up answers. */
export const SignedIn = z
  .object({
    user: Account,
    accessToken: z.string(),
    refreshToken: z.string(),
    expiresIn: z.int().openapi({ description: 'Seconds until the access token ends.' }),
  })
  .openapi('SignedIn')
export type SignedIn = z.infer<typeof SignedIn>

/** What signing in answers where the password is not enough. */
export const SignInChallenge = z
  .object({
    challenge: z
      .string()
      .openapi({ description: 'For auth/login/second-factor. It is no token and opens nothing else.' }),
    methods: z.array(z.enum(['totp', 'passkey', 'recovery_code'])).openapi({ description: 'What this account has.' }),
    expiresIn: z.int().openapi({ description: 'Seconds in which it is to be answered.' }),
  })
  .openapi('SignInChallenge')
export type SignInChallenge = z.infer<typeof SignInChallenge>

export const Passkey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    isSynced: z.boolean().openapi({ description: 'Whether it is kept on several devices of its owner.' }),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .openapi('Passkey')
export type Passkey = z.infer<typeof Passkey>

/** What an account is proven by besides its password. */
export const Factors = z
  .object({
    totp: z.object({ addedAt: z.iso.datetime() }).nullable(),
    passkeys: z.array(Passkey),
    recoveryCodesLeft: z.int(),
  })
  .openapi('Factors')
export type Factors = z.infer<typeof Factors>

export const Session = z
  .object({
    id: z.uuid(),
    current: z.boolean(),
    secondFactor: z.boolean().openapi({ description: 'Whether a second factor was given in it.' }),
    userAgent: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
  })
  .openapi('Session')
export type Session = z.infer<typeof Session>
