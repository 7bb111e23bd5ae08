import { z } from '@hono/zod-openapi'
import { PersonInList } from './people.ts'
import { TagCount } from './posts.ts'

/** What a search finds: people and hashtags. */
export const SearchResults = z
  .object({ people: z.array(PersonInList), tags: z.array(TagCount) })
  .openapi('SearchResults')
export type SearchResults = z.infer<typeof SearchResults>
