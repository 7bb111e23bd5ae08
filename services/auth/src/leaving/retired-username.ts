import { createHash } from 'node:crypto'
import { usernameSkeleton } from '@daguerre/contracts'

/**
 * What is kept of the username of somebody who leaves, so that nobody takes it, or one that looks like it: a hash, as the name itself is
 * theirs. Who has the name can see that it was one.
 */
export function retiredKey(username: string): Buffer {
  return createHash('sha256')
    .update(`retired username ${usernameSkeleton(username)}`)
    .digest()
}
