/** Another service did not give a usable answer. Thrown by kit's Dapr client; catch it where an answer can be degraded. */
export class NeighbourError extends Error {
  override readonly name = 'NeighbourError'
  /** Dapr app id of the neighbour. */
  readonly app: string
  /** Status of its answer; 0 when there was none (refused, timed out). */
  readonly status: number
  /** Whether asking again later can help: no answer, 408, 429 or 5xx. */
  readonly retryable: boolean

  constructor(app: string, status: number, message: string, cause?: unknown) {
    super(`${app}: ${message}`, cause === undefined ? undefined : { cause })
    this.app = app
    this.status = status
    this.retryable = status === 0 || status === 408 || status === 429 || status >= 500
  }
}
