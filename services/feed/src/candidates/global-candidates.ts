import type { Candidate, CandidateSource } from './candidate.ts'

/** The newest posts of all, or of these authors, as post lists them. */
export interface PostLists {
  postsByAuthors(authorIds: string[] | null, before: string | null, limit: number): Promise<Candidate[]>
}

/** Candidates of the global feed. */
export function globalCandidates(lists: PostLists): CandidateSource {
  return authorCandidates(lists, null)
}

/** Candidates pulled from the lists of these authors; null: of all. */
export function authorCandidates(lists: PostLists, authorIds: string[] | null): CandidateSource {
  return {
    async read(before, limit) {
      // One more tells whether there are more.
      const found = await lists.postsByAuthors(authorIds, before, limit + 1)
      return { candidates: found.slice(0, limit), isLast: found.length <= limit }
    },
  }
}
