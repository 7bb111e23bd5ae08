/** A post that may be shown, as lists know it: nothing but who wrote what. */
export interface Candidate {
  postId: string
  authorId: string
}

/** A page of candidates, and the position after it; null at the end. */
export interface CandidatePage {
  candidates: Candidate[]
  next: string | null
  /** The position after one of them, for a page that ends there. */
  positionAfter(index: number): string
}

/** Where candidates come from, in the order of the feed. */
export interface CandidateSource {
  /** The next ones after a position (null = from the top). Of lists by time it is the id of a post, of others their own matter. */
  read(position: string | null, limit: number): Promise<CandidatePage>
  /** Told of posts that are gone for everybody, so that the list need not name them again. */
  forget?(gone: Candidate[]): Promise<void>
}
