import type { MediaFailure } from '@daguerre/contracts'
import { Refused } from '../refused.ts'

/** A file that will never become a photo. */
export class ImageRefused extends Refused<MediaFailure> {
  override readonly name = 'ImageRefused'
}
