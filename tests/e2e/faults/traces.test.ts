import { randomBytes } from 'node:crypto'
import type { Post } from '@daguerre/contracts'
import { beforeAll, expect, test } from 'vitest'
import type { CollectedSpan } from '../../setup/collector.ts'
import { expectOk, follow, homeFeed, newPerson, notifications, type Person, settles } from './support/world.ts'

// On Redis spans come by OTLP, on Kafka by Zipkin.
const collector = process.env['E2E_COLLECTOR'] ?? ''
let ann: Person
let bob: Person

beforeAll(async () => {
  ann = await newPerson('ann')
  bob = await newPerson('bob', { photo: false })
  await follow(bob, ann)
  await homeFeed(bob)
})

async function spansOf(traceId: string): Promise<CollectedSpan[]> {
  return (await (await fetch(`${collector}/traces/${traceId}`)).json()) as CollectedSpan[]
}

/** Which services, and the sidecars of which, took part. */
function partsOf(spans: CollectedSpan[]): string[] {
  const parts = spans.map(({ service, ofService }) => (ofService ? service : `${service}'s sidecar`))
  return [...new Set(parts)].toSorted()
}

/** Spans whose cause is neither in the trace nor the client that began it. */
function orphansOf(spans: CollectedSpan[], clientSpan: string): string[] {
  const known = new Set([clientSpan, ...spans.map(({ spanId }) => spanId)])
  return spans
    .filter(({ parentId }) => parentId === null || !known.has(parentId))
    .map(({ service, name }) => `${service}: ${name}`)
}

test('a new post is one trace: gateway, post, sidecars, pub/sub, and each consumer with what it asks of others', async () => {
  const traceId = randomBytes(16).toString('hex')
  const clientSpan = randomBytes(8).toString('hex')
  const traceparent = `00-${traceId}-${clientSpan}-01`
  const body = { caption: `for @${bob.username}`, media: [{ mediaId: ann.mediaId, altText: '' }] }
  const made = await expectOk(ann.send<Post>('POST', '/api/v1/posts', body, { traceparent }))
  await settles(async () => {
    expect((await homeFeed(bob)).map(({ id }) => id)).toContain(made.id)
    expect((await notifications(bob)).map(({ post }) => post?.id)).toContain(made.id)
  })

  const services = ['gateway', 'post', 'feed', 'notification', 'user', 'interaction']
  // Those of consumers and of sidecars come when each sends its next batch.
  await settles(
    async () => {
      const spans = await spansOf(traceId)
      expect(partsOf(spans)).toEqual(expect.arrayContaining([...services, "feed's sidecar", "user's sidecar"]))
      const consumers = spans.filter(({ name }) => name.toLowerCase() === 'consume daguerre.post.created.v1')
      expect([...new Set(consumers.map(({ service }) => service))].toSorted()).toEqual([
        'feed',
        'interaction',
        'notification',
        'user',
      ])
      expect(orphansOf(spans, clientSpan)).toEqual([])
    },
    { timeoutMs: 25_000 },
  )
})

test('a page of the feed of all is one trace through the sidecars', async () => {
  const traceId = randomBytes(16).toString('hex')
  const clientSpan = randomBytes(8).toString('hex')
  await expectOk(bob.send('GET', '/api/v1/feed', undefined, { traceparent: `00-${traceId}-${clientSpan}-01` }))
  await settles(
    async () => {
      const spans = await spansOf(traceId)
      // Which posts are the newest is asked of post each time; what a page shows of them may be there.
      const parts = ['gateway', 'feed', "feed's sidecar", 'post', "post's sidecar"]
      expect(partsOf(spans)).toEqual(expect.arrayContaining(parts))
      expect(orphansOf(spans, clientSpan)).toEqual([])
    },
    { timeoutMs: 20_000 },
  )
})
