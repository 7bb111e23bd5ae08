import { setUpSystem } from './whole-system.ts'

/** As whole-system.ts, with Kafka as the broker, two instances of post and feed, and traces by Zipkin. */
export default async function setup(): Promise<() => Promise<void>> {
  return await setUpSystem({ pubsub: 'kafka', scale: { post: 2, feed: 2 } }, (collector) => ({
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${collector}/api/v2/spans`,
  }))
}
