import { z } from '@hono/zod-openapi'
import { TokenScope } from './accounts.ts'

// Applications of third parties, which people let act for them (OAuth 2.1).

/** What a person may let an application do: nothing about the account itself, and nothing that a role gives. */
export const GrantScope = TokenScope.exclude(['moderate', 'admin']).openapi('GrantScope', {
  description: 'As of a personal token (TokenScope), without what a role gives.',
})
export type GrantScope = z.infer<typeof GrantScope>

export const Application = z
  .object({
    id: z.uuid().openapi({ description: 'Its client_id.' }),
    name: z.string(),
    website: z.string().nullable(),
    redirectUris: z.array(z.string()),
    confidential: z.boolean().openapi({ description: 'Whether it has a secret, as what runs on a server can.' }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Application')
export type Application = z.infer<typeof Application>

export const CreatedApplication = Application.extend({
  secret: z.string().nullable().openapi({ description: 'Its client_secret, shown this once; null if it is public.' }),
}).openapi('CreatedApplication')
export type CreatedApplication = z.infer<typeof CreatedApplication>

export const ApplicationSecret = z
  .object({ secret: z.string().openapi({ description: 'Shown this once.' }) })
  .openapi('ApplicationSecret')
export type ApplicationSecret = z.infer<typeof ApplicationSecret>

/** An application as those see it who let it act for them. */
const seen = {
  id: z.uuid(),
  name: z.string(),
  website: z.string().nullable(),
  developer: z.string().openapi({ description: 'Username of who made it.' }),
}

/** What somebody is asked, or where their browser goes now. */
export const Authorization = z
  .object({
    application: z.object(seen),
    scopes: z.array(GrantScope),
    returnsTo: z.string().openapi({ description: 'Host that the browser goes back to.', example: 'print.example.org' }),
    redirectTo: z
      .string()
      .nullable()
      .openapi({ description: 'Where the browser goes now, with a code or an error; null: the person is asked.' }),
  })
  .openapi('Authorization')
export type Authorization = z.infer<typeof Authorization>

export const AllowedApplication = z
  .object({
    ...seen,
    scopes: z.array(GrantScope),
    since: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().openapi({ description: 'When it last asked for an access token.' }),
  })
  .openapi('AllowedApplication')
export type AllowedApplication = z.infer<typeof AllowedApplication>
