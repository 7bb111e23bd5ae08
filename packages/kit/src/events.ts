import { CloudEvent } from 'cloudevents'

/** What a service says happened, before it has an id. Made by the contract's catalogue, which validates it. */
export type NewEvent = {
  topic: string
  /** `daguerre.<aggregate>.<what>.v<n>` */
  type: string
  /** Id of the aggregate. */
  subject: string
  /** Version of the aggregate after it; consumers keep the newest. */
  version: number
  data: unknown
}

/** An event as it is kept in an outbox and given to handlers. */
export type StoredEvent = NewEvent & {
  id: string
  /** When it happened, RFC 3339 in UTC. */
  time: string
  /** Its place in the outbox: numbers ascend by one, but for those of transactions that were rolled back. */
  sequence: number | null
}

/** CloudEvents `source` of a service. */
export function sourceOf(app: string): string {
  return `/services/${app}`
}

/**
 * A complete CloudEvent (1.0, structured mode). `traceid` repeats `traceparent` because daprd overwrites `traceparent`
 * with its own unless `traceid` is there.
 */
export function toCloudEvent(
  app: string,
  event: Omit<StoredEvent, 'sequence'> & Partial<Pick<StoredEvent, 'sequence'>>,
  traceparent?: string | null,
): CloudEvent<unknown> {
  return new CloudEvent<unknown>({
    id: event.id,
    source: sourceOf(app),
    type: event.type,
    subject: event.subject,
    time: event.time,
    datacontenttype: 'application/json',
    data: event.data,
    version: event.version,
    // CloudEvents' own extension, which is a text that sorts.
    ...(typeof event.sequence === 'number' && { sequence: String(event.sequence).padStart(16, '0') }),
    ...(traceparent && { traceparent, traceid: traceparent }),
  })
}
