import type { components } from '@daguerre/client'
import { keepPreviousData, queryOptions, skipToken } from '@tanstack/react-query'
import { client } from '../../app/client.ts'

export type SearchResults = components['schemas']['SearchResults']

/** People and hashtags; `@…` people alone, `#…` hashtags alone. Nothing is asked for an empty text. */
export function searchFor(text: string) {
  const q = text.trim()
  const isEmpty = q === '' || q === '@' || q === '#'
  return queryOptions({
    queryKey: ['search', 'results', q],
    queryFn: isEmpty
      ? skipToken
      : ({ signal }) => client.get('/api/v1/search', { params: { query: { q: q.slice(0, 100), limit: 30 } }, signal }),
    staleTime: 60_000,
    // What was found stays until there is something better: the page does not flicker while somebody types.
    placeholderData: keepPreviousData,
  })
}

/** How many posts have a hashtag. */
export function tagCount(tag: string) {
  const folded = tag.normalize('NFKC').toLowerCase()
  return queryOptions({
    queryKey: ['tag', folded, 'count'],
    queryFn: async ({ signal }) => {
      const { tags } = await client.get('/api/v1/search', { params: { query: { q: `#${folded}`, limit: 5 } }, signal })
      return tags.find((found) => found.tag === folded)?.posts ?? 0
    },
    staleTime: 60_000,
  })
}
