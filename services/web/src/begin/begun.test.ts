// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fetchOrTake } from './begun.ts'

const asked = vi.fn(async () => new Response('asked anew'))

beforeEach(() => {
  vi.stubGlobal('fetch', asked)
  asked.mockClear()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  delete window.begun
})

function begin(answer: Promise<Response>, authorization: string | null = 'Bearer a'): void {
  window.begun = { authorization, answers: new Map([['/api/v1/feed?limit=12', answer]]) }
}

async function take(
  init: RequestInit = { headers: { authorization: 'Bearer a' } },
  query = 'limit=12',
): Promise<string> {
  return await (await fetchOrTake(new Request(`http://localhost/api/v1/feed?${query}`, init))).text()
}

test('what was asked for is taken, and once', async () => {
  begin(Promise.resolve(new Response('begun')))
  expect([await take(), await take()]).toEqual(['begun', 'asked anew'])
})

test('another person, another query and another method get nothing of it', async () => {
  begin(Promise.resolve(new Response('begun')))
  const answers = [
    await take({ headers: { authorization: 'Bearer b' } }),
    await take({}),
    await take({ headers: { authorization: 'Bearer a' } }, 'limit=12&cursor=c'),
    await take({ method: 'POST', headers: { authorization: 'Bearer a' } }),
  ]
  expect(new Set(answers)).toEqual(new Set(['asked anew']))
})

test('what could not be had is asked for anew', async () => {
  const lost = Promise.reject(new TypeError('no line'))
  lost.catch(() => {})
  begin(lost)
  expect(await take()).toBe('asked anew')
})

test('what is old is asked for anew', async () => {
  begin(Promise.resolve(new Response('begun')))
  vi.spyOn(performance, 'now').mockReturnValue(20_000)
  expect(await take()).toBe('asked anew')
})
