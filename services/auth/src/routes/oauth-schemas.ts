import { GrantScope, singleLineText } from '@daguerre/contracts'
import { z } from '@hono/zod-openapi'
import { faultOfRedirectUri } from '../oauth/redirect-uri.ts'

const RedirectUri = z
  .string()
  .max(500)
  .superRefine((uri, context) => {
    const fault = faultOfRedirectUri(uri)
    if (fault !== null) context.addIssue({ code: 'custom', message: fault })
  })
  .openapi({
    type: 'string',
    maxLength: 500,
    description:
      'Compared letter by letter. https; or http on 127.0.0.1, [::1] or localhost, for programs on the own device: there every port counts as this one.',
    example: 'https://print.example.org/back',
  })

const described = {
  name: singleLineText(60, 1),
  website: singleLineText(200, 1)
    .refine((text) => /^https:\/\/[^\s/?#@\\]+(?:[/?#]\S*)?$/.test(text) && URL.canParse(text), {
      error: 'is no address that begins with https://',
    })
    .nullable()
    .openapi({ type: ['string', 'null'], maxLength: 200, example: 'https://print.example.org' }),
  redirectUris: z
    .array(RedirectUri)
    .min(1)
    .max(10)
    .transform((uris) => [...new Set(uris)]),
}

export const NewApplication = z
  .strictObject({
    ...described,
    confidential: z.boolean().openapi({
      description: 'Whether it can keep a secret. What runs in browsers and on devices of others cannot.',
    }),
  })
  .openapi('NewApplication')

export const ApplicationEdit = z.strictObject(described).partial().openapi('ApplicationEdit')

function printable(max: number) {
  return z
    .string()
    .max(max)
    .regex(/^[\x20-\x7e]*$/, { error: 'has characters that do not belong there' })
}

export const AuthorizationQuestion = z
  .strictObject({
    client_id: printable(100).optional(),
    redirect_uri: printable(500).optional(),
    response_type: printable(100).optional().openapi({ example: 'code' }),
    scope: printable(200).optional().openapi({ description: 'Separated by spaces; `read` where none is named.' }),
    state: printable(2000).optional(),
    code_challenge: printable(200).optional(),
    code_challenge_method: printable(20).optional().openapi({ example: 'S256' }),
    decision: z.enum(['allow', 'deny']).optional().openapi({ description: 'Left out: tell what is asked.' }),
  })
  .openapi('AuthorizationQuestion', {
    description: 'As they stand in the address (RFC 6749, RFC 7636), and what was decided.',
  })

const field = z.string().max(2000).optional()

/** What is not known is passed over (RFC 6749 §3.2). */
export const TokenForm = z
  .object({
    grant_type: field.openapi({ description: 'authorization_code or refresh_token.' }),
    client_id: field,
    client_secret: field,
    code: field,
    redirect_uri: field.openapi({ description: 'The same as the code was asked for with.' }),
    code_verifier: field,
    refresh_token: field,
    scope: field.openapi({ description: 'Less than was allowed, if so wanted.' }),
  })
  .openapi('TokenForm')

export const RevocationForm = z
  .object({ token: z.string().min(1).max(4000), token_type_hint: field, client_id: field, client_secret: field })
  .openapi('RevocationForm')

export const OAuthTokens = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    refresh_token: z.string(),
    scope: z.string(),
  })
  .openapi('OAuthTokens')

export const OAuthError = z
  .object({ error: z.string().openapi({ example: 'invalid_grant' }), error_description: z.string().optional() })
  .openapi('OAuthError', { description: 'RFC 6749 §5.2.' })

const texts = z.array(z.string())

export const OAuthMetadata = z
  .object({
    issuer: z.url(),
    authorization_endpoint: z.url(),
    token_endpoint: z.url(),
    revocation_endpoint: z.url(),
    jwks_uri: z.url(),
    scopes_supported: z.array(GrantScope),
    response_types_supported: texts,
    response_modes_supported: texts,
    grant_types_supported: texts,
    code_challenge_methods_supported: texts,
    token_endpoint_auth_methods_supported: texts,
    revocation_endpoint_auth_methods_supported: texts,
    authorization_response_iss_parameter_supported: z.boolean(),
    service_documentation: z.url(),
  })
  .openapi('OAuthMetadata', { description: 'RFC 8414.' })
