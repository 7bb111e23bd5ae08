/** How much room things take, measured on a system with generated data. */
export interface Sizes {
  /** By `<service>.<table>`: rows, and bytes with indexes and TOAST. */
  postgres: Record<string, { rows: number; bytes: number }>
  /** By Redis and kind of key, `redis timeline`; entries are members, fields or messages. */
  redis: Record<string, { keys: number; entries: number; bytes: number }>
  /** By collection: bytes of BSON, without indexes and before compression. */
  mongodb: Record<string, { documents: number; bytes: number }>
  /** Means of photographs of 12 megapixels, with the bytes of each variant. */
  photo: { original: number; variants: Record<string, number> }
  /** What PostgreSQL does for one unit of work and all that it causes, by the unit's name. */
  work: Record<string, PostgresWork>
}

export interface PostgresWork {
  commits: number
  walBytes: number
  /** Blocks looked at, in memory or not. */
  blocks: number
}
