import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import type { Failed, LoadPlan, LoadReport, Post } from './load-plan.ts'

/**
 * A load of its own process, so that it can run in the network of the cluster: takes a plan as one line on standard input,
 * ends when a second line comes, and prints what happened as JSON. Requests start when they are due, whether or not those
 * before them have been answered, and take as long as from then: a system that stands still is not asked less (coordinated omission).
 */
const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const plan = JSON.parse((await input.next()).value ?? '{}') as LoadPlan
let ended = false
void input.next().then(() => (ended = true))
const report = JSON.stringify(await load(plan))
// A pipe takes only so much at once.
process.stdout.write(`${report}\n`, () => process.exit(0))

interface Answer {
  status: number
  body: string
}

async function load({
  url,
  host,
  ratePerSecond,
  people,
  posts: given,
  shares,
  timeoutMs,
}: LoadPlan): Promise<LoadReport> {
  // A connection that was not used for 4 s is not used again: what ends gives idle ones longer than that.
  const pool = new Pool(url, {
    connections: 256,
    pipelining: 1,
    keepAliveTimeout: 4000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  const failures: Failed[] = []
  const latencies: Record<string, number[]> = {}
  const made: Post[] = []
  const seen = [...given]
  /** Who likes what, by `post person`, as the last answer had it; null where that is not known. */
  const likes = new Map<string, boolean | null>()
  const inWork = new Set<string>()
  const running = new Set<Promise<void>>()
  let sent = 0
  let latestMs = 0

  async function ask(
    kind: string,
    due: number,
    method: string,
    path: string,
    token: string | null,
    body?: object,
    key?: string,
  ): Promise<Answer | null> {
    function fail(code: string, error: string): null {
      failures.push({ at: Math.round(due - began), kind, method, path, code, error: error.slice(0, 300) })
      return null
    }
    try {
      const headers = {
        ...(host && { host }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
      }
      const answer = await pool.request({
        method,
        path,
        headers,
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await answer.body.text()
      ;(latencies[kind] ??= []).push(performance.now() - due)
      if (answer.statusCode >= 400) return fail(String(answer.statusCode), text)
      return { status: answer.statusCode, body: text }
    } catch (error) {
      const { code, name, message } = error as Error & { code?: string | number }
      return fail(typeof code === 'string' ? code : name, message)
    }
  }

  async function read(due: number): Promise<void> {
    const person = any(people)
    const post = popular(seen)
    const author = popular(people)
    const [kind, path] = any([
      ['home', '/api/v1/feed/home?limit=20'],
      ['global', '/api/v1/feed?limit=20'],
      ...times(4, ['post', `/api/v1/posts/${post.id}`]),
      ['profile', `/api/v1/users/${author.id}/posts?limit=20`],
      ...times(2, ['comments', `/api/v1/posts/${post.id}/comments`]),
      ['notifications', '/api/v1/notifications?limit=20'],
      ['unread', '/api/v1/notifications/unread-count'],
      ...times(3, ['person', `/api/v1/users/${author.username}`]),
      ...times(3, ['me', '/api/v1/auth/me']),
      ...times(3, ['media', `/api/v1/media/${person.mediaId}`]),
    ] as [string, string][])
    // What everybody may see is mostly asked by people who are not signed in, as on any public site.
    const isPublic = ['global', 'post', 'profile', 'comments', 'person'].includes(kind)
    await ask(`read ${kind}`, due, 'GET', path, isPublic && Math.random() < 0.75 ? null : person.token)
  }

  /** What a page consists of most. */
  async function photo(due: number): Promise<void> {
    await ask('photo', due, 'GET', any(popular(people).photos), null)
  }

  async function like(due: number): Promise<void> {
    const person = any(people)
    const post = any(seen)
    const pair = `${post.id} ${person.id}`
    // Two changes of one like at the same moment have no last one.
    if (inWork.has(pair)) return await read(due)
    inWork.add(pair)
    const wanted = likes.get(pair) !== true
    const answer = await ask('like', due, wanted ? 'POST' : 'DELETE', `/api/v1/posts/${post.id}/like`, person.token)
    likes.set(pair, answer ? wanted : null)
    inWork.delete(pair)
  }

  async function write(due: number): Promise<void> {
    const author = any(people)
    const body = { caption: `load ${made.length}`, media: [{ mediaId: author.mediaId, altText: '' }] }
    const answer = await ask('post', due, 'POST', '/api/v1/posts', author.token, body, randomUUID())
    if (!answer) return
    const post = { id: (JSON.parse(answer.body) as { id: string }).id, authorId: author.id }
    made.push(post)
    seen.push(post)
  }

  const total = shares.reads + shares.photos + shares.likes + shares.posts
  function next(due: number): Promise<void> {
    const at = Math.random() * total
    if (at < shares.posts) return write(due)
    if (at < shares.posts + shares.likes) return like(due)
    return at < shares.posts + shares.likes + shares.photos ? photo(due) : read(due)
  }

  const began = performance.now()
  while (!ended) {
    const due = began + (sent * 1000) / ratePerSecond
    const waitMs = due - performance.now()
    if (waitMs > 1) {
      await sleep(waitMs)
      continue
    }
    latestMs = Math.max(latestMs, -waitMs)
    sent++
    const work = next(due).finally(() => running.delete(work))
    running.add(work)
  }
  const seconds = (performance.now() - began) / 1000
  await Promise.all(running)
  await pool.close()
  return {
    seconds,
    sent,
    failures,
    latestMs,
    latencies: Object.fromEntries(Object.entries(latencies).map(([kind, values]) => [kind, summaryOf(values)])),
    posts: made,
    likes: [...likes].map(([pair, liked]) => ({
      postId: pair.split(' ')[0] ?? '',
      personId: pair.split(' ')[1] ?? '',
      liked,
    })),
  }
}

function times<Item>(count: number, item: Item): Item[] {
  return Array.from({ length: count }, () => item)
}

/** The newest most of all, as by Zipf's law: half of the time one of the last few. */
function popular<Item>(items: readonly Item[]): Item {
  return items[items.length - Math.ceil(items.length ** Math.random())] as Item
}

function any<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item
}

function summaryOf(values: number[]): { count: number; p50: number; p95: number; p99: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b)
  function at(share: number): number {
    return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  }
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}
