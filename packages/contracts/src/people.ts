import { z } from '@hono/zod-openapi'
import { Avatar } from './media.ts'

export const PersonShort = z
  .object({ id: z.uuid(), username: z.string(), displayName: z.string(), avatar: Avatar.nullable() })
  .openapi('PersonShort')
export type PersonShort = z.infer<typeof PersonShort>

/** How the viewer and a person stand to each other; null where nobody is signed in or the person is the viewer. */
export const Relation = z.object({ following: z.boolean(), followedBy: z.boolean() }).openapi('Relation')
export type Relation = z.infer<typeof Relation>

export const PersonInList = PersonShort.extend({ viewer: Relation.nullable() }).openapi('PersonInList')
export type PersonInList = z.infer<typeof PersonInList>

export const Person = PersonShort.extend({
  bio: z.string(),
  website: z.string().nullable(),
  counts: z.object({ posts: z.int(), followers: z.int(), following: z.int() }),
  viewer: Relation.nullable(),
}).openapi('Person')
export type Person = z.infer<typeof Person>
