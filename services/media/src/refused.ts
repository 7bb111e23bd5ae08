/** Work that will never be done, however often it is tried; `reason` is what its owner is told. */
export class Refused<Reason extends string = string> extends Error {
  override readonly name: string = 'Refused'
  readonly reason: Reason

  constructor(reason: Reason, cause?: unknown) {
    super(reason, { cause })
    this.reason = reason
  }
}
