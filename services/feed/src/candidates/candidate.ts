/** A post that may be shown, as lists know it: nothing but who wrote what. */
export interface Candidate {
  postId: string
  authorId: string
}

/** Where candidates come from, newest first and keyset by post id. */
export interface CandidateSource {
  /** Those below `before` (null = from the top); `isLast` if there are none below them. */
  read(before: string | null, limit: number): Promise<{ candidates: Candidate[]; isLast: boolean }>
  /** Told of posts that are gone for everybody, so that the list need not name them again. */
  forget?(gone: Candidate[]): Promise<void>
}
