import type { Subject } from '@daguerre/contracts'
import { NeighbourError } from '@daguerre/kit/neighbour'
import { problem } from '@daguerre/kit/problem'
import { findSubject } from '../act/find-subject.ts'
import type { Neighbours } from '../neighbours.ts'

const plain = /^0+$/

/**
 * What the photos of a post look like, while it is there.
 * @throws Problem 404 `moderation.subject_not_found`, 422 `photo_block.nothing_to_compare` of plain surfaces alone
 * @throws NeighbourError
 */
export async function findHashes(neighbours: Neighbours, post: Subject): Promise<string[]> {
  const { mediaIds } = await findSubject(neighbours, post, null)
  if (!mediaIds) throw new NeighbourError('post', 0, 'does not say yet which photos a post has')
  const hashes = await neighbours.hashesOf(mediaIds)
  const found = hashes.filter((hash) => !plain.test(hash))
  if (found.length > 0) return found
  throw problem(
    422,
    'photo_block.nothing_to_compare',
    'There is nothing on these photos by which others could be told.',
  )
}
