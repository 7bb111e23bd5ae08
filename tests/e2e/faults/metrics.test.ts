import { Act } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { api, read } from '../support/api.ts'
import { signUpAs } from '../support/roles.ts'
import { metricsOf, sumOf } from './support/inside.ts'
import {
  comment,
  expectOk,
  follow,
  homeFeed,
  newPerson,
  notifications,
  type Person,
  post,
  settles,
} from './support/world.ts'

const publishers = ['auth', 'user', 'post', 'media', 'interaction', 'moderation']
const consumers = ['auth', 'user', 'post', 'media', 'interaction', 'feed', 'notification', 'moderation']
const caching = ['interaction', 'notification']
const all = ['gateway', ...new Set([...publishers, ...consumers])]
let ann: Person

beforeAll(async () => {
  ann = await newPerson('ann')
  const bob = await newPerson('bob')
  const gone = await post(ann, 'to be deleted')
  await expectOk(ann.send('DELETE', `/api/v1/posts/${gone.id}`))
  await follow(bob, ann)
  const shown = await post(ann, 'to be measured')
  await comment(bob, shown.id, 'measured too')
  const suspended = await newPerson('suspended', { photo: false })
  await read(
    Act,
    api(await signUpAs('moderator')).post('/api/v1/moderation/acts', {
      kind: 'ban',
      subject: { kind: 'account', id: suspended.id },
      reason: 'To be measured',
    }),
    201,
  )
  await settles(async () => {
    expect(sumOf(await metricsOf('auth'), 'events_consumed_total', { outcome: 'handled' })).toBeGreaterThan(0)
    expect((await homeFeed(bob)).map(({ id }) => id)).toContain(shown.id)
    expect((await notifications(ann)).map(({ kind }) => kind)).toContain('commented')
  })
  for (const path of [`posts/${shown.id}/comments`, `posts/${shown.id}`, `users/${ann.id}`, `media/${ann.mediaId}`]) {
    await expectOk(bob.get(`/api/v1/${path}`))
  }
  // Read again, what was loaded comes from memory; from that of each instance, if there are two.
  for (let times = 0; times < 4; times++) await notifications(ann)
  await expectOk(ann.get('/api/v1/auth/me'))
  expect((await bob.get('/api/v1/no/such/route')).status).toBe(404)
})

describe('/metrics tells', () => {
  test.each(all)('%s: rate, errors and duration by route template, and the delay of the event loop', async (name) => {
    const metrics = await metricsOf(name)
    expect(sumOf(metrics, 'http_requests_total', { status: '200' })).toBeGreaterThan(0)
    expect(sumOf(metrics, 'http_request_duration_seconds_count', { method: 'GET' })).toBeGreaterThan(0)
    expect(metrics).toMatch(/^http_requests_active\{/m)
    for (const quantile of ['mean', 'p50', 'p99', 'max']) {
      expect(metrics).toMatch(new RegExp(`^nodejs_eventloop_lag_${quantile}_seconds\\{`, 'm'))
    }
  })

  test.each(all)('%s: no id ever becomes a label', async (name) => {
    const metrics = await metricsOf(name)
    expect(metrics).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/)
    expect(metrics).not.toContain(ann.username)
    expect(metrics).not.toContain('/no/such/route')
  })

  test('the gateway counts by the paths of the OpenAPI document, whichever service answers', async () => {
    const metrics = await metricsOf('gateway')
    for (const route of ['/api/v1/posts', '/api/v1/posts/{id}', '/api/v1/feed/home', '/api/v1/posts/{id}/comments']) {
      expect(sumOf(metrics, 'http_requests_total', { route }), route).toBeGreaterThan(0)
    }
    expect(sumOf(metrics, 'http_requests_total', { route: 'unmatched', status: '404' })).toBeGreaterThan(0)
  })

  test.each(publishers)('%s: backlog and lag of its outbox, and how long events waited in it', async (name) => {
    const metrics = await metricsOf(name)
    for (const gauge of ['outbox_backlog', 'outbox_lag_seconds'])
      expect(metrics).toMatch(new RegExp(`^${gauge}\\{`, 'm'))
    expect(sumOf(metrics, 'outbox_published_total')).toBeGreaterThan(0)
    expect(sumOf(metrics, 'outbox_delay_seconds_count')).toBeGreaterThan(0)
  })

  test.each(consumers)('%s: how far behind it is, by topic, and what became of events', async (name) => {
    const metrics = await metricsOf(name)
    expect(sumOf(metrics, 'events_consumed_total', { outcome: 'handled' })).toBeGreaterThan(0)
    expect(sumOf(metrics, 'event_lag_seconds_count')).toBeGreaterThan(0)
    expect(sumOf(metrics, 'event_duration_seconds_count')).toBeGreaterThan(0)
    expect(metrics).toMatch(/^event_lag_last_seconds\{/m)
  })

  test.each(caching)('%s: where what it shows came from', async (name) => {
    const metrics = await metricsOf(name)
    expect(sumOf(metrics, 'cache_lookups_total')).toBeGreaterThan(0)
    for (const tier of ['memory', 'load'])
      expect(sumOf(metrics, 'cache_lookups_total', { tier }), tier).toBeGreaterThan(0)
  })

  test('media: its queue; every sidecar call with its target and outcome', async () => {
    const metrics = await metricsOf('media')
    for (const gauge of ['media_queue_length', 'media_queue_age_seconds', 'media_in_work']) {
      expect(metrics).toMatch(new RegExp(`^${gauge}\\{`, 'm'))
    }
    expect(sumOf(metrics, 'media_processed_total')).toBeGreaterThan(0)
    const calls = sumOf(await metricsOf('feed'), 'dapr_call_duration_seconds_count', { call: 'invoke', target: 'post' })
    expect(calls).toBeGreaterThan(0)
  })
})
