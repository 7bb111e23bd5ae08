import { z } from '@hono/zod-openapi'
import { singleLineText } from './text.ts'
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

/** A place elsewhere that says who somebody is (OpenID Connect), as this server's operator has set it up. */
export const Provider = z
  .object({
    id: z.string().openapi({ example: 'example' }),
    name: z.string().openapi({ description: 'For a button: Continue with …', example: 'Example' }),
  })
  .openapi('Provider')
export type Provider = z.infer<typeof Provider>

/** What signing in by a provider answers where the person has no account yet. */
export const Newcomer = z
  .object({
    newcomer: z.string().openapi({ description: 'For auth/register/provider. It is no token and opens nothing else.' }),
    suggestedUsername: z.string().openapi({ description: 'Free when it was looked for.' }),
    email: z.string().nullable().openapi({ description: 'As the provider has it.' }),
    emailVerified: z.boolean().openapi({ description: 'Whether the provider has proven it: then it needs no link.' }),
    expiresIn: z.int().openapi({ description: 'Seconds in which a username is to be chosen.' }),
  })
  .openapi('Newcomer')
export type Newcomer = z.infer<typeof Newcomer>

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

/** Who somebody is at a provider, which opens their account here. */
export const Identity = z
  .object({
    id: z.uuid(),
    provider: z.string().openapi({ description: 'Its id in auth/providers, if this server knows it still.' }),
    name: z.string().openapi({ description: 'Of the provider.' }),
    label: z.string().nullable().openapi({ description: 'What its owner is known by there: an address or a name.' }),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .openapi('Identity')
export type Identity = z.infer<typeof Identity>

/** What opens an account, and what it is proven by besides. */
export const Factors = z
  .object({
    hasPassword: z
      .boolean()
      .openapi({ description: 'Not where the account was made by a provider, until one is chosen.' }),
    identities: z.array(Identity),
    totp: z.object({ addedAt: z.iso.datetime() }).nullable(),
    passkeys: z.array(Passkey),
    recoveryCodesLeft: z.int(),
  })
  .openapi('Factors')
export type Factors = z.infer<typeof Factors>

/** What a token of an application may be good for. What is about the account itself is for its sessions alone. */
export const TokenScope = z
  .enum(['read', 'post', 'interact', 'follow', 'profile', 'moderate', 'admin'])
  .openapi('TokenScope', {
    description:
      'read: see what I see. post: photos and posts. interact: likes, comments, saves. follow: follow, mute, block. profile: my profile and ' +
      'settings, and what is read of my notifications. moderate, admin: what my role gives.',
  })
export type TokenScope = z.infer<typeof TokenScope>

export const NewPersonalToken = z
  .strictObject({
    name: singleLineText(60, 1),
    scopes: z
      .array(TokenScope)
      .min(1)
      .max(7)
      .transform((scopes) => [...new Set(scopes)]),
    expiresInDays: z.int().min(1).max(365),
  })
  .openapi('NewPersonalToken')
export type NewPersonalToken = z.infer<typeof NewPersonalToken>

export const PersonalToken = z
  .object({
    id: z.uuid(),
    name: z.string(),
    scopes: z.array(TokenScope),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'To the minute.' }),
  })
  .openapi('PersonalToken')
export type PersonalToken = z.infer<typeof PersonalToken>

export const CreatedPersonalToken = PersonalToken.extend({
  token: z.string().openapi({ description: 'Shown this once.' }),
}).openapi('CreatedPersonalToken')
export type CreatedPersonalToken = z.infer<typeof CreatedPersonalToken>

export const TokenExchange = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[\w-]*$/, { error: 'is no personal token' }),
  })
  .openapi('TokenExchange')

export const ExchangedToken = z
  .object({
    accessToken: z.string(),
    expiresIn: z.int().openapi({ description: 'Seconds until it ends.' }),
    scope: z.string().openapi({ description: 'Separated by spaces.' }),
  })
  .openapi('ExchangedToken')
export type ExchangedToken = z.infer<typeof ExchangedToken>

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
