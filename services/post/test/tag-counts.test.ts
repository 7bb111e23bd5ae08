import { type AccountState, events, makeEvent } from '@daguerre/contracts'
import { foldCounters } from '@daguerre/kit/counters'
import { noteErasures } from '@daguerre/kit/erasures'
import type { Viewer } from '@daguerre/kit/http'
import { cloudEvent } from '@daguerre/kit/testing'
import { query } from '@daguerre/kit/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askForAuthors } from '../src/post/keep-author.ts'
import { forgetUnusedTags } from '../src/post/tag-posts.ts'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.drop())

/** user tells what a profile is. */
function profileIs({ id, username }: Viewer, account: AccountState, version: number): Promise<string> {
  const person = { id, username, displayName: username, avatar: null }
  const event = makeEvent(events.profileUpdated, { subject: id, version, data: { person, account } })
  return world.deliver(cloudEvent('user', event), 'user')
}

async function postsUnder(tag: string): Promise<number | undefined> {
  const { body } = await world.ask<{ items: { tag: string; posts: number }[] }>('/internal/tags', {
    prefix: tag,
    limit: 5,
  })
  return body.items.find((item) => item.tag === tag)?.posts
}

function newTag(author: Viewer): string {
  return `t${author.id.replaceAll('-', '')}`
}

test('of an account that is not open to everybody nothing counts under tags, whatever comes first and however often', async () => {
  const [author, other] = [world.person(), world.person()]
  const tag = newTag(author)
  const [first] = [
    await world.createPost(author, { caption: `#${tag}` }),
    await world.createPost(other, { caption: `#${tag}` }),
  ]
  await world.createPost(author, { caption: `#${tag} to followers`, audience: 'followers' })
  expect(await postsUnder(tag)).toBe(2)
  for (const [account, version, posts] of [
    ['private', 3, 1],
    ['open', 2, 1],
    ['private', 3, 1],
    ['closed', 4, 1],
    ['open', 6, 2],
    ['private', 5, 2],
    ['private', 7, 1],
  ] as const) {
    expect(await profileIs(author, account, version)).toBe('SUCCESS')
    await foldCounters(world.fork())
    expect([account, version, await postsUnder(tag)]).toEqual([account, version, posts])
  }

  // What is done meanwhile counts when the account is opened.
  await world.createPost(author, { caption: `#${tag} and #${tag}second` })
  await world.send('DELETE', `/api/v1/posts/${first.id}`, { as: author })
  expect([await postsUnder(tag), await postsUnder(`${tag}second`)]).toEqual([1, undefined])
  await profileIs(author, 'open', 8)
  expect([await postsUnder(tag), await postsUnder(`${tag}second`)]).toEqual([2, 1])
})

test('a tag that a private account alone uses is found by nobody, and is kept', async () => {
  const author = world.person()
  const tag = newTag(author)
  await profileIs(author, 'private', 1)
  await world.createPost(author, { caption: `#${tag}` })
  await foldCounters(world.fork())
  expect(await postsUnder(tag)).toBeUndefined()
  await forgetUnusedTags(world.fork())
  await profileIs(author, 'open', 2)
  expect(await postsUnder(tag)).toBe(1)
})

test('authors of whom no event has told are asked for', async () => {
  const author = world.person()
  const tag = newTag(author)
  await world.createPost(author, { caption: `#${tag}` })
  world.accounts.set(author.id, 'private')
  const { fork: forkEm, neighbours } = world
  await askForAuthors({ forkEm, neighbours }, new AbortController().signal)
  expect(await postsUnder(tag)).toBeUndefined()
})

test('who has left is not kept again by an event that comes late', async () => {
  const author = world.person()
  await noteErasures(world.fork(), 'person', [author.id])
  await profileIs(author, 'private', 2)
  expect(await query(world.fork(), 'select 1 from author_stats where author_id = $1', [author.id])).toEqual([])
})

test('the first post of somebody of whose account user has told already may be for few, and the next one for all', async () => {
  const author = world.person()
  await profileIs(author, 'open', 1)
  const few = await world.createPost(author, { caption: 'For few', audience: 'only_me' })
  const all = await world.createPost(author, { caption: 'For all' })
  const told = await Promise.all([few, all].map(({ id }) => world.eventsOf(id)))
  expect(told.flat().map(({ data }) => data['authorPosts'])).toEqual([
    { count: 0, version: 1 },
    { count: 1, version: 2 },
  ])
})
