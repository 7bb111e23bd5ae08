import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { CommunityOptions } from './community.ts'

// Rises when the same options make other data.
const version = 4

/** Names what a community is made from, short enough for the name of a folder. */
export function keyOf(options: CommunityOptions, graph: string | null): string {
  const { people, ...rest } = options
  const hash = createHash('sha256').update(JSON.stringify([version, people, rest]))
  if (graph !== null) hash.update(readFileSync(graph))
  return `${graph === null ? people : 'graph'}-${hash.digest('hex').slice(0, 12)}`
}
