import type { MediaFailure } from '@daguerre/contracts'

/** A file that will never become a photo, however often it is tried; `reason` is what its owner is told. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused'
  readonly reason: MediaFailure

  constructor(reason: MediaFailure, cause?: unknown) {
    super(reason, { cause })
    this.reason = reason
  }
}
