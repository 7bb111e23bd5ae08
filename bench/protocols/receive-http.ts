import { createServer as createHttp2Server } from 'node:http2'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import type { Inbox } from './inbox.ts'
import { answerTo } from './messages.ts'
import { bulkSubscribeOf, pubsubName, type ReceiverOptions, type Topic } from './topics.ts'

type Body = Record<string, unknown> & { entries?: { entryId: string; event: unknown }[] }

/** The app channel as kit has it: routes of Hono on Node's server, of HTTP/1.1 or of HTTP/2 without TLS. */
export async function receiveByHttp(
  { port, bulk }: ReceiverOptions,
  protocol: 'http' | 'h2c',
  topics: Topic[],
  inbox: Inbox,
): Promise<void> {
  const app = new Hono()
  app.get('/dapr/subscribe', (c) => c.json(topics.map((topic) => subscriptionOf(topic, bulk))))
  app.post('/events/:topic', async (c) => {
    const topic = c.req.param('topic')
    const body = await c.req.json<Body>()
    if (!body.entries) {
      inbox.take(topic, body)
      return c.json({ status: 'SUCCESS' })
    }
    for (const { event } of body.entries) inbox.take(topic, eventOf(event))
    return c.json({ statuses: body.entries.map(({ entryId }) => ({ entryId, status: 'SUCCESS' })) })
  })
  app.post('/internal/posts/states', async (c) => c.json(answerTo(await c.req.text())))
  const server = createAdaptorServer({
    fetch: app.fetch,
    ...(protocol === 'h2c' && { createServer: createHttp2Server }),
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
}

function subscriptionOf(topic: Topic, bulk: number) {
  return {
    pubsubname: pubsubName,
    topic: topic.name,
    route: `/events/${topic.name}`,
    bulkSubscribe: bulkSubscribeOf(topic, bulk),
    ...(topic.isRaw && { metadata: { rawPayload: 'true' } }),
  }
}

/** What is raw comes as base64. */
function eventOf(event: unknown): Record<string, unknown> {
  const whole: unknown = typeof event === 'string' ? JSON.parse(Buffer.from(event, 'base64').toString()) : event
  return whole as Record<string, unknown>
}
