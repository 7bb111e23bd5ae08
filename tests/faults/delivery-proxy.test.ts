import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { waitFor } from '@daguerre/kit/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDeliveryProxy, type DeliveryProxy } from './delivery-proxy.ts'

const publishPath = '/v1.0/publish/bulk/pubsub/post'

let proxy: DeliveryProxy
let sidecar: Server
let url: string
let taken: string[]
let status: number

beforeEach(async () => {
  taken = []
  status = 204
  async function take(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await text(asked)
    if (asked.url === publishPath && status === 204) taken.push(...(JSON.parse(body) as string[]))
    answer.writeHead(asked.url === publishPath ? status : 200).end(`${asked.method} ${asked.url} ${body}`)
  }
  sidecar = createServer((asked, answer) => void take(asked, answer))
  await new Promise<void>((resolve) => sidecar.listen(0, '127.0.0.1', resolve))
  proxy = createDeliveryProxy({ longestDelayMs: 600_000 })
  const port = await proxy.listen(() => (sidecar.address() as AddressInfo).port)
  url = `http://127.0.0.1:${port}`
})

afterEach(async () => {
  await proxy.close()
  sidecar.closeAllConnections()
  sidecar.close()
})

async function publish(events: string[]): Promise<number> {
  const answer = await fetch(`${url}${publishPath}`, { method: 'POST', body: JSON.stringify(events) })
  return answer.status
}

const events = Array.from({ length: 20 }, (_, index) => `event ${index + 10}`)

test('undisturbed, everything is passed on as it is', async () => {
  const answer = await fetch(`${url}/v1.0/invoke/user/method/x?y=1`, { method: 'PUT', body: 'z' })
  expect(await answer.text()).toBe('PUT /v1.0/invoke/user/method/x?y=1 z')
  expect(await publish(events)).toBe(204)
  expect(taken).toEqual(events)
})

test('doubled, every event comes, and some of them twice', async () => {
  proxy.disturb('double')
  expect(await publish(events)).toBe(204)
  expect(taken).toEqual(events)
  proxy.calm()
  await waitFor(() => proxy.held() === 0)
  expect(new Set(taken)).toEqual(new Set(events))
  expect(taken.length).toBe(events.length + proxy.counts().doubled)
  expect(proxy.counts().doubled).toBeGreaterThan(0)
})

test('in disorder, every event comes once, and some after later ones', async () => {
  proxy.disturb('disorder')
  for (const event of events) expect(await publish([event])).toBe(204)
  expect(proxy.held()).toBe(proxy.counts().delayed)
  proxy.calm()
  await waitFor(() => proxy.held() === 0)
  expect(taken.toSorted()).toEqual(events)
  expect(taken).not.toEqual(events)
})

test('what was taken comes also when the sidecar refuses it at first', async () => {
  proxy.disturb('disorder')
  for (const event of events) await publish([event])
  status = 500
  proxy.calm()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(proxy.held()).toBeGreaterThan(0)
  status = 204
  await waitFor(() => proxy.held() === 0)
  expect(taken.toSorted()).toEqual(events)
})

test('of what the sidecar refuses nothing is taken: the relay sends it again', async () => {
  proxy.disturb('double')
  status = 503
  expect(await publish(events)).toBe(503)
  expect(proxy.held()).toBe(0)
})
