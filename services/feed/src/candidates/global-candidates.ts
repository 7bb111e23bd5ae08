import type { Candidate, CandidatePage, CandidateSource } from './candidate.ts'

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
      return pageOf(found, limit, before)
    },
  }
}

/** A page by post id below `before`, of candidates of which one more than wanted was looked for; none may be wanted. */
export function pageOf(found: readonly Candidate[], limit: number, before: string | null): CandidatePage {
  const candidates = found.slice(0, limit)
  return byPostId(candidates, found.length > limit ? (candidates.at(-1)?.postId ?? before) : null)
}

/** A page of a list by time, in which a post's id is its position. */
export function byPostId(candidates: Candidate[], next: string | null): CandidatePage {
  return { candidates, next, positionAfter: (index) => candidates[index]!.postId }
}
