import { EmailAddress, Password, singleLineText } from '@daguerre/contracts'
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
  .strictObject({ email: EmailAddress, password: Password })
  .openapi('EmailRegistration')

export const RefreshRequest = z.strictObject({ refreshToken: z.string().min(1).max(500) }).openapi('RefreshRequest')

export const PasswordChange = z
  .strictObject({ currentPassword: TypedPassword, newPassword: Password })
  .openapi('PasswordChange')

export const Reauthentication = z.strictObject({ password: TypedPassword }).openapi('Reauthentication')

/** What a link in a mail carries. */
const LinkToken = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w-]*$/, { error: 'is no token of a link' })
  .openapi({ description: 'From the link in the mail.' })

export const AddressConfirmation = z.strictObject({ token: LinkToken }).openapi('AddressConfirmation')

export const AddressChange = z
  .strictObject({ currentPassword: TypedPassword, newEmail: EmailAddress })
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
