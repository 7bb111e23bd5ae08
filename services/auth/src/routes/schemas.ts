import {
  EmailAddress,
  entry,
  Newcomer,
  Passkey,
  Password,
  Provider,
  SignInChallenge,
  singleLineText,
  Username,
} from '@daguerre/contracts'
import { z } from '@hono/zod-openapi'

/** A password as it is typed at the door: nothing is said here of what a good one is, it is right or wrong. */
const TypedPassword = z
  .string()
  .min(1)
  .max(1000)
  .refine((value) => value.isWellFormed(), { error: 'contains a lone surrogate' })
  .transform((value) => value.normalize('NFC'))
  .openapi({ type: 'string', format: 'password', minLength: 1, maxLength: 1000, example: 'silver-on-copper-1839' })

const Name = singleLineText(254, 1)

export const Credentials = z
  .strictObject({
    login: Name.optional().openapi({ description: 'E-mail address or username.', example: 'louise' }),
    email: Name.optional().openapi({ description: 'In place of login.', example: 'louise@example.org' }),
    username: Name.optional().openapi({ description: 'In place of login.', example: 'louise' }),
    password: TypedPassword,
  })
  .refine(({ login, email, username }) => [login, email, username].filter((name) => name !== undefined).length === 1, {
    error: 'needs one of login, email and username',
    path: ['login'],
  })
  .openapi('Credentials')

export const EmailCredentials = z.strictObject({ email: Name, password: TypedPassword }).openapi('EmailCredentials')

export const EmailRegistration = z
  .strictObject({ email: EmailAddress, password: Password, ...entry })
  .openapi('EmailRegistration')

export const RefreshRequest = z.strictObject({ refreshToken: z.string().min(1).max(500) }).openapi('RefreshRequest')

const CurrentPassword = TypedPassword.optional().openapi({
  description: 'Left out where the account has none: then the session must be fresh.',
})

export const PasswordChange = z
  .strictObject({ currentPassword: CurrentPassword, newPassword: Password })
  .openapi('PasswordChange')

function base64Url(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\w-]*$/, { error: 'is not base64url' })
}

/** Of an authenticator app, or a recovery code; people type them with spaces. */
const Code = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[\w -]*$/, { error: 'is no code' })
  .openapi({ description: 'Six digits of an authenticator app, or a recovery code.', example: '287082' })

const PasskeyAssertion = z
  .strictObject({
    id: base64Url(1400),
    clientDataJSON: base64Url(4000),
    authenticatorData: base64Url(4000),
    signature: base64Url(8000),
    userHandle: base64Url(100).optional(),
  })
  .openapi('PasskeyAssertion', {
    description: 'Id and response of what navigator.credentials.get() gave, as its toJSON() has them.',
  })

const PasskeyCredential = z
  .strictObject({
    id: base64Url(1400),
    clientDataJSON: base64Url(4000),
    attestationObject: base64Url(20_000),
    transports: z.array(singleLineText(20, 1)).max(10),
  })
  .openapi('PasskeyCredential', {
    description: 'Id and response of what navigator.credentials.create() gave, as its toJSON() has them.',
  })

const PasskeyName = singleLineText(50, 1)

type Proofs = {
  password?: string | undefined
  code?: string | undefined
  passkey?: z.infer<typeof PasskeyAssertion> | undefined
  provider?: z.infer<typeof ProviderAnswer> | undefined
}

function hasOne(given: Proofs): boolean {
  return [given.password, given.code, given.passkey, given.provider].filter((proof) => proof !== undefined).length === 1
}

const ProviderId = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[\w-]*$/, { error: 'is no id of a provider' })
  .openapi({ description: 'Of auth/providers.' })

const Brought = z
  .string()
  .min(1)
  .max(4000)
  .regex(/^[\x20-\x7e]*$/, { error: 'has characters that no code has' })

export const ProviderAnswer = z
  .strictObject({
    provider: ProviderId,
    state: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[\w-]*$/, { error: 'is no state' }),
    code: Brought,
    iss: Brought.optional(),
  })
  .openapi('ProviderAnswer', { description: 'What stands in the address with which the browser has come back.' })

export const Reauthentication = z
  .strictObject({
    password: TypedPassword.optional().openapi({ description: 'Not enough where the account has a second factor.' }),
    code: Code.optional(),
    passkey: PasskeyAssertion.optional(),
    provider: ProviderAnswer.optional(),
  })
  .refine(hasOne, { error: 'needs one of password, code, passkey and provider', path: ['password'] })
  .openapi('Reauthentication')

const Challenge = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w-]*$/, { error: 'is no challenge' })
  .openapi({ description: 'What auth/login answered.' })

export const SecondFactor = z
  .strictObject({ challenge: Challenge, code: Code.optional(), passkey: PasskeyAssertion.optional() })
  .refine(hasOne, { error: 'needs one of code and passkey', path: ['code'] })
  .openapi('SecondFactor')

export const PasskeyQuestion = z.strictObject({ challenge: Challenge.optional() }).openapi('PasskeyQuestion')

export const PasskeySignIn = z.strictObject({ passkey: PasskeyAssertion }).openapi('PasskeySignIn')

export const TotpSecret = z
  .object({
    secret: z.string().openapi({ description: 'In base32, to be typed.' }),
    uri: z.string().openapi({ description: 'To be shown as a QR code.' }),
  })
  .openapi('TotpSecret')

export const TotpConfirmation = z.strictObject({ code: Code }).openapi('TotpConfirmation')

const codes = z.array(z.string())
export const RecoveryCodes = z
  .object({ recoveryCodes: codes.openapi({ description: 'Each works once. They are not shown again.' }) })
  .openapi('RecoveryCodes')

/** With the first factor come recovery codes. */
const firstCodes = codes
  .nullable()
  .openapi({ description: 'Made with the first factor, and not shown again; else null.' })
export const TotpAdded = z.object({ recoveryCodes: firstCodes }).openapi('TotpAdded')
export const PasskeyAdded = z.object({ passkey: Passkey, recoveryCodes: firstCodes }).openapi('PasskeyAdded')

export const PasskeyRegistration = z
  .strictObject({ name: PasskeyName, credential: PasskeyCredential })
  .openapi('PasskeyRegistration')

export const PasskeyEdit = z.strictObject({ name: PasskeyName }).openapi('PasskeyEdit')

/** As browsers take them; the other fields are WebAuthn's too. */
export const PasskeyOptions = z.object({ challenge: z.string() }).openapi('PasskeyOptions', {
  description: 'JSON form of the options of WebAuthn level 3, for parse…OptionsFromJSON().',
})

/** What a link carries. */
export const LinkToken = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w-]*$/, { error: 'is no token of a link' })
  .openapi({ description: 'From the link.' })

export const AddressConfirmation = z.strictObject({ token: LinkToken }).openapi('AddressConfirmation')

export const AddressChange = z
  .strictObject({ currentPassword: CurrentPassword, newEmail: EmailAddress })
  .openapi('AddressChange')

export const PasswordResetRequest = z.strictObject({ email: EmailAddress }).openapi('PasswordResetRequest')

export const PasswordReset = z.strictObject({ token: LinkToken, password: Password }).openapi('PasswordReset')

export const JsonWebKeys = z
  .object({
    keys: z.array(
      z.object({
        kid: z.string(),
        kty: z.string(),
        crv: z.string(),
        x: z.string(),
        y: z.string(),
        alg: z.string(),
        use: z.string(),
      }),
    ),
  })
  .openapi('JsonWebKeys', { description: 'RFC 7517.' })

export const Providers = z.object({ items: z.array(Provider) }).openapi('Providers')

export const ProviderQuestion = z.strictObject({ provider: ProviderId }).openapi('ProviderQuestion')

export const ProviderAddress = z
  .object({ url: z.url().openapi({ description: 'Where to send the browser; it comes back to /sign-in/{provider}.' }) })
  .openapi('ProviderAddress')

/** What is still missing after a sign-in by a provider. */
export const ProviderChallenge = z.union([SignInChallenge, Newcomer]).openapi('ProviderChallenge')

export const NewcomerRegistration = z
  .strictObject({
    newcomer: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[\w-]*$/, { error: 'is no newcomer' })
      .openapi({ description: 'What auth/login/provider answered.' }),
    username: Username,
    ...entry,
    email: EmailAddress.optional().openapi({ description: 'In place of the one that the provider has.' }),
  })
  .openapi('NewcomerRegistration')
