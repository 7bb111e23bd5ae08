import { mentionLimits, type Post, type ProblemDetails } from '@daguerre/contracts'
import type { Viewer } from '@daguerre/kit/http'
import { newId } from '@daguerre/kit/id'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
const crowd: Viewer[] = []
beforeAll(async () => {
  world = await createWorld()
  for (let index = 0; index < mentionLimits.perDayWhileYoung + 2; index++) crowd.push(world.person())
})
afterAll(() => world.drop())

function naming(people: readonly Viewer[]): string {
  return people.map(({ username }) => `@${username}`).join(' ')
}

function post(as: Viewer, caption: string) {
  const body = { caption, media: [{ mediaId: world.photo(as) }] }
  return world.send<ProblemDetails & Post>('POST', '/api/v1/posts', { as, body })
}

test('who has come lately mentions so many people a day, and not one more, by no route; nothing else is refused', async () => {
  const louise = world.person()
  const first = await post(louise, naming(crowd.slice(0, 25)))
  const second = await post(louise, naming(crowd.slice(25, 49)))
  expect([first.status, second.status]).toEqual([201, 201])
  const over = await post(louise, naming(crowd.slice(49, 51)))
  expect([over.status, over.body.code]).toEqual([429, 'mention.too_many'])
  expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(86_000)
  // Nobody of that name, oneself, and somebody named twice count for nothing, or once.
  const caption = `@nobody.${newId().slice(-6)} ${naming([louise, crowd[49]!, crowd[49]!])}`
  expect((await post(louise, caption)).status).toBe(201)
  expect((await post(louise, 'Nobody at all')).status).toBe(201)
  const path = `/api/v1/posts/${first.body.id}`
  const edit = { caption: `${first.body.caption} ${naming([crowd[50]!])}` }
  const edited = await world.send<ProblemDetails>('PATCH', path, { as: louise, body: edit })
  expect([edited.status, edited.body.code]).toEqual([429, 'mention.too_many'])
  const known = await world.send<Post>('PATCH', path, { as: louise, body: { caption: naming(crowd.slice(0, 10)) } })
  expect([known.status, known.body.caption]).toEqual([200, naming(crowd.slice(0, 10))])
})

test('what is sent again with its key is counted once', async () => {
  const nadar = world.person()
  const body = { caption: naming(crowd.slice(0, 30)), media: [{ mediaId: world.photo(nadar) }] }
  const headers = { 'idempotency-key': newId() }
  for (let times = 0; times < 3; times++) {
    expect((await world.send('POST', '/api/v1/posts', { as: nadar, body, headers })).status).toBe(201)
  }
  expect((await post(nadar, naming(crowd.slice(0, 20)))).status).toBe(201)
  expect((await post(nadar, naming(crowd.slice(0, 1)))).status).toBe(429)
})
