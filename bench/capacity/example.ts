import type { BenchReport } from '../report/bench-report.ts'
import type { Row } from '../report/row.ts'
import type { Sizes } from '../sizes/sizes.ts'
import { units } from './costs.ts'

/** For tests: a bench with figures that are easily reckoned with. */
export function exampleReport(): BenchReport {
  const pages = units.map((unit) => row({ unit, cpuMs: { gateway: 1, feed: 1, post: 1, postgres: 2 } }))
  const event = row({ unit: 'event', perSecond: 500, cpuMs: { user: 0.5 } })
  const fanOuts = [100, 1000, 10_000].map((followers) =>
    row({
      ...{ workload: 'fan-out', unit: `fan-out ${followers}`, figures: { 'deliveries per second': 1 } },
      // 0.1 ms a follower, and 150 ms whatever there are.
      latency: { mean: 0, p50: 150 + followers / 10, p90: 0, p99: 0, max: 0 },
      cpuMs: {
        feed: 5 + 0.04 * followers,
        redis: 0.01 * followers,
        notification: 0.1 * followers,
        mongodb: 0.2 * followers,
      },
    }),
  )
  const merges = [0, 2000].map((broadcasts) =>
    row({
      ...{ workload: 'merge', unit: `merge ${broadcasts}`, figures: { broadcasts } },
      cpuMs: { feed: 3 + 0.002 * broadcasts, redis: 0.001 * broadcasts },
    }),
  )
  return {
    at: '2026-11-28T00:00:00.000Z',
    machine: { processor: 'any', count: 2, memoryBytes: 1e9, node: 'v24' },
    community: { people: 1000, follows: 100, exponent: 2.3, clustering: 0.3, posts: 10, likes: 3, seed: 1 },
    idleCpuMsPerSecond: { gateway: 10, feed: 10, 'feed-sidecar': 5 },
    rows: [...pages, event, ...fanOuts, ...merges],
    sizes: exampleSizes(),
  }
}

function row(over: Partial<Row> & { unit: string }): Row {
  return {
    ...{ workload: over.unit, title: over.unit, subject: 'daguerre', units: 100, errors: 0, perSecond: 100 },
    ...{ cpuMs: {}, generatorMs: 0, memoryBytes: {}, load: { before: 1, during: 1 } },
    ...over,
  }
}

/** 100 bytes for whatever there is one of. */
function exampleSizes(): Sizes {
  const tables = [
    ...['auth.account', 'auth.session', 'auth.refresh_token', 'user.profile', 'user.follow', 'user.counter'],
    ...['user.post_count', 'post.post', 'post.engagement', 'post.post_media', 'post.media', 'post.author_stats'],
    ...['post.outbox', 'media.media', 'media.outbox', 'interaction.post_ref', 'interaction.post_like'],
    ...['interaction.counter', 'interaction.comment', 'interaction.saved_post', 'interaction.outbox'],
  ]
  const keys = [
    'redis timeline',
    'redis edges',
    'redis post copy',
    'redis person copy',
    'redis counts copy',
    'redis marks',
    'redis-broker interaction',
  ]
  return {
    postgres: Object.fromEntries(tables.map((table) => [table, { rows: 10, bytes: 1000 }])),
    redis: Object.fromEntries(keys.map((key) => [key, { keys: 10, entries: 10, bytes: 1000 }])),
    mongodb: Object.fromEntries(['group', 'entry', 'post_ref'].map((name) => [name, { documents: 10, bytes: 1000 }])),
    photo: { original: 900_000, variants: { thumbnail: 20_000, small: 80_000 } },
    work: { like: { commits: 2, walBytes: 8192, blocks: 100 } },
  }
}
