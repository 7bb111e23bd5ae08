import { type Costs, MissingError } from './costs.ts'

/** Times of the steps of a delivery, in ms. */
export interface DeliveryModel {
  /** Of the relay for each event of a batch. */
  relayMs: number
  /** On the way, for nobody's processor: publishing, the broker, sidecars, the question to user. */
  wayMs: number
  /** Of feed's event loop for an event, whatever it is. */
  eventMs: number
  /** Of feed's event loop, of one Redis, and of waiting for others, for one follower; feed takes the steps one after the other. */
  feedMs: number
  redisMs: number
  otherMs: number
}

// As kit and feed are: a bulk of so many messages, or what came in this time (packages/kit/src/consumer.ts); so many events of it
// at once; pushes in batches (services/feed/src/timeline/timeline.ts); and how long daprd waits for an answer to a bulk.
export const bulkMost = 100
export const bulkWaitMs = 100
export const concurrency = 8
export const pushBatch = 250
export const answerMostMs = 10_000
export const relayBatch = 100

/**
 * Fitted to workload j: to its rows with the fewest and the most followers, so that those between are predicted. What of the time for a
 * follower is feed's and Redis' processor time is known; the rest is taken as waiting, which holds up nobody else.
 */
export function deliveryModelOf({ deliveries, perFollower, event, eventsPerSecond }: Costs): DeliveryModel {
  const [few, many] = [deliveries.at(0), deliveries.at(-1)]
  if (!few || !many || few === many)
    throw new MissingError('Two fan-outs have to be measured: npm run bench -- fan-out')
  const eachMs = Math.max(0, many.p50Ms - few.p50Ms) / (many.followers - few.followers)
  const feedMs = Math.min(eachMs, perFollower['feed'] ?? 0)
  const redisMs = Math.min(eachMs - feedMs, perFollower['redis'] ?? 0)
  const relayMs = 1000 / eventsPerSecond
  // The bench's consumer of plain events is user.
  const eventMs = event['user'] ?? 0
  return {
    ...{ relayMs, eventMs, feedMs, redisMs, otherMs: eachMs - feedMs - redisMs },
    wayMs: Math.max(0, few.p50Ms - few.followers * eachMs - relayMs - bulkWaitMs - eventMs),
  }
}
