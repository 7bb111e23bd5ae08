import { z } from '@hono/zod-openapi'
import { Named } from './moderation.ts'
import { orNull } from './nullable.ts'
import { multilineText, singleLineText } from './text.ts'
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

/** How somebody comes to have an account here. */
export const RegistrationMode = z.enum(['open', 'invitation', 'approval']).openapi('RegistrationMode', {
  description:
    'open: whoever wants to. invitation: who has a code. approval: moderators decide; who has a code needs no approval.',
})
export type RegistrationMode = z.infer<typeof RegistrationMode>

export const RegistrationRules = z
  .object({
    mode: RegistrationMode,
    membersInvite: z.boolean().openapi({ description: 'Whether not only admins make invitations.' }),
  })
  .openapi('RegistrationRules')

/** What comes with any way to make an account. */
export const entry = {
  invitation: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\w-]*$/, { error: 'is no code of an invitation' })
    .optional()
    .openapi({ description: 'Code of an invitation, which is used up by it.' }),
  application: multilineText(500)
    .optional()
    .openapi({ description: 'By approval: what moderators should know. Not kept in other modes.' }),
}

export const Registration = z
  .strictObject({ email: EmailAddress, username: Username, password: Password, ...entry })
  .openapi('Registration')
export type Registration = z.infer<typeof Registration>

/** What registering answers where somebody waits for moderators. */
export const RegistrationWaits = z
  .object({
    waitsFor: z
      .array(z.enum(['address', 'approval']))
      .openapi({ description: 'The address is to be confirmed first, where mail is sent.' }),
  })
  .openapi('RegistrationWaits')
export type RegistrationWaits = z.infer<typeof RegistrationWaits>

/** Somebody who waits for moderators, with an address that is confirmed, where mail is sent. */
export const Applicant = z
  .object({
    id: z.uuid(),
    username: z.string(),
    application: z.string(),
    appliedAt: z.iso.datetime(),
  })
  .openapi('Applicant')
export type Applicant = z.infer<typeof Applicant>

export const NewInvitation = z
  .strictObject({
    mostUses: z.int().min(1).max(1000).default(1),
    expiresInDays: z.int().min(1).max(365).default(7),
    note: singleLineText(100).default('').openapi({ description: 'For whom it is, say. Who uses it is not shown it.' }),
  })
  .openapi('NewInvitation')
export type NewInvitation = z.infer<typeof NewInvitation>

export const Invitation = z
  .object({
    id: z.uuid(),
    inviter: Named,
    note: z.string(),
    uses: z.int(),
    mostUses: z.int(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('Invitation')
export type Invitation = z.infer<typeof Invitation>

export const CreatedInvitation = Invitation.extend({
  code: z.string().openapi({ description: 'Shown this once.' }),
  url: z.string().openapi({ description: 'Leads to the app with the code.' }),
}).openapi('CreatedInvitation')
export type CreatedInvitation = z.infer<typeof CreatedInvitation>

/** Who invited whom: for moderators. */
export const InvitedBy = z
  .object({
    invited: z.boolean().openapi({ description: 'Whether the account was made with an invitation.' }),
    inviter: orNull(Named).openapi({ description: 'null: nobody, or somebody who has left.' }),
    others: z.array(Named).openapi({ description: 'Whom this account invited, the newest first; at most 100.' }),
  })
  .openapi('InvitedBy')
export type InvitedBy = z.infer<typeof InvitedBy>

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

/** Where an address is, roughly. */
export const Place = z
  .object({
    country: z.string().openapi({ description: 'ISO 3166-1, two letters.', example: 'FR' }),
    city: z.string().nullable().openapi({ description: 'In English.', example: 'Paris' }),
  })
  .openapi('Place')
export type Place = z.infer<typeof Place>

export const Session = z
  .object({
    id: z.uuid(),
    current: z.boolean(),
    secondFactor: z.boolean().openapi({ description: 'Whether a second factor was given in it.' }),
    userAgent: z.string().nullable(),
    place: orNull(Place).openapi({
      description: 'Where it was last seen, by its address; null where the server is not set up to know it.',
    }),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
  })
  .openapi('Session')
export type Session = z.infer<typeof Session>
