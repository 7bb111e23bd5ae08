/** What the load is told. */
export interface LoadPlan {
  url: string
  /** In the header of that name, where the URL has an address instead. */
  host?: string
  ratePerSecond: number
  /** Parts of the requests, of whatever sum. */
  shares: { reads: number; photos: number; likes: number; posts: number }
  timeoutMs: number
  people: LoadPerson[]
  /** There before it begins. */
  posts: Post[]
}

export interface LoadPerson {
  id: string
  username: string
  token: string
  mediaId: string
  /** Paths of their photo's bytes. */
  photos: string[]
}

export interface Post {
  id: string
  authorId: string
}

export interface Failed {
  /** Milliseconds since the load began. */
  at: number
  kind: string
  method: string
  path: string
  /** A status, or the code of an error. */
  code: string
  error: string
}

export interface LoadReport {
  seconds: number
  sent: number
  failures: Failed[]
  /** By how much a request was begun too late at most: the generator's own fault. */
  latestMs: number
  latencies: Record<string, { count: number; p50: number; p95: number; p99: number; max: number }>
  /** Posts that were acknowledged. */
  posts: Post[]
  /** How each like stood at last; null where an answer is missing. */
  likes: { postId: string; personId: string; liked: boolean | null }[]
}
