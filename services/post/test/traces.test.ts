import type { Post } from '@daguerre/contracts'
import { events, makeEvent } from '@daguerre/contracts'
import { foldCounters } from '@daguerre/kit/counters'
import { eraseDue } from '@daguerre/kit/erasures'
import { eraseForgotten } from '@daguerre/kit/forget-events'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { cloudEvent, findText } from '@daguerre/kit/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eraseAuthor } from '../src/post/erase-author.ts'
import { forgetUnusedTags } from '../src/post/tag-posts.ts'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.drop())

/** All that jobs do about what is gone. */
async function clear(): Promise<void> {
  await eraseForgotten(world.fork())
  await foldCounters(world.fork())
  await forgetUnusedTags(world.fork())
}

async function tablesWith(text: string): Promise<string[]> {
  return [...new Set((await findText(world.orm, text)).map(({ table }) => table))].toSorted()
}

function word(): string {
  return `w${newId().replaceAll('-', '')}`
}

describe('a deleted post', () => {
  test('leaves no word of it in any table, and its id in tombstones alone', async () => {
    const louise = world.person()
    const marker = word()
    const body = {
      caption: `${marker} #${marker}`,
      media: [{ mediaId: world.photo(louise), altText: marker }],
      location: { name: marker },
    }
    const headers = { 'idempotency-key': newId() }
    const { body: post } = await world.send<Post>('POST', '/api/v1/posts', { as: louise, body, headers })
    await world.send('PATCH', `/api/v1/posts/${post.id}`, { as: louise, body: { caption: `${marker} again` } })
    expect(await tablesWith(marker)).toEqual(expect.arrayContaining(['outbox', 'post', 'post_edit', 'tag']))

    expect((await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: louise })).status).toBe(204)
    await clear()
    expect(await findText(world.orm, marker)).toEqual([])
    expect(await tablesWith(post.id)).toEqual(['forgotten', 'outbox', 'post'])
    expect(await tablesWith(louise.username)).toEqual(['author_stats'])
    const again = await world.send('POST', '/api/v1/posts', { as: louise, body, headers })
    expect([again.status, again.body['code']]).toEqual([409, 'idempotency.gone'])
  })

  test('takes its photos along, but not those that another post shows, and nothing new can show them', async () => {
    const louise = world.person()
    const [own, shared] = [world.photo(louise), world.photo(louise)]
    const post = await world.createPost(louise, { media: [{ mediaId: own }, { mediaId: shared }] })
    const other = await world.createPost(louise, { media: [{ mediaId: shared }] })
    await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: louise })
    expect((await world.eventsOf(post.id)).at(-1)?.data).toMatchObject({ mediaIds: [own] })
    const refused = await world.send('POST', '/api/v1/posts', {
      as: louise,
      body: { caption: '', media: [{ mediaId: own }] },
    })
    expect([refused.status, refused.body['code']]).toEqual([422, 'media.failed'])
    // What media says late of it changes nothing.
    await world.deliver(world.finish(own))
    const row = await query<{ data: { state: string; placeholder: string | null } }>(
      world.fork(),
      'select data from media where media_id = $1',
      [own],
    )
    expect(row[0]?.data).toMatchObject({ state: 'failed', placeholder: null })
    expect((await world.send('GET', `/api/v1/posts/${other.id}`)).status).toBe(200)
    await world.send('DELETE', `/api/v1/posts/${other.id}`, { as: louise })
    expect((await world.eventsOf(other.id)).at(-1)?.data).toMatchObject({ mediaIds: [shared] })
  })

  test('of two that show one photo and are deleted at once, the second takes it along', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise)
    const posts = [
      await world.createPost(louise, { media: [{ mediaId }] }),
      await world.createPost(louise, { media: [{ mediaId }] }),
    ]
    await Promise.all(posts.map(({ id }) => world.send('DELETE', `/api/v1/posts/${id}`, { as: louise })))
    const told = await Promise.all(posts.map(async ({ id }) => (await world.eventsOf(id)).at(-1)?.data['mediaIds']))
    expect(told.flat()).toEqual([mediaId])
  })

  test('a word that others use stays, and one that is used again at the same moment too', async () => {
    const louise = world.person()
    const tag = word()
    const post = await world.createPost(louise, { caption: `#${tag}` })
    const other = await world.createPost(louise, { caption: `#${tag}` })
    await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: louise })
    await clear()
    expect(await tablesWith(tag)).toContain('tag')
    await world.send('DELETE', `/api/v1/posts/${other.id}`, { as: louise })
    await foldCounters(world.fork())
    const [created] = await Promise.all([
      world.createPost(louise, { caption: `#${tag}` }),
      forgetUnusedTags(world.fork()),
      forgetUnusedTags(world.fork()),
    ])
    const { body } = await world.ask<{ items: unknown[] }>('/internal/tags', { prefix: tag, limit: 5 })
    expect(body.items).toEqual([{ tag, posts: 1 }])
    await world.send('DELETE', `/api/v1/posts/${created.id}`, { as: louise })
    await clear()
    expect(await findText(world.orm, tag)).toEqual([])
  })
})

describe('somebody who has left', () => {
  async function leave(id: string): Promise<void> {
    const left = makeEvent(events.accountDeleted, {
      subject: id,
      version: 2,
      data: { userId: id, at: new Date().toISOString() },
    })
    expect(await world.deliver(cloudEvent('auth', left), 'account')).toBe('SUCCESS')
    await eraseDue(world.fork(), {
      kind: 'person',
      pausesSeconds: [],
      erase: (one) => eraseAuthor({ fork: world.fork, holds: world.shared.holds }, one),
    })
    await clear()
  }

  test('has no posts any more, and nobody finds their name or words; their id is in tombstones alone', async () => {
    const louise = world.person(word())
    const nadar = world.person()
    const marker = word()
    const photo = world.photo(louise)
    await world.deliver(world.finish(photo))
    const posts = [
      await world.createPost(louise, { caption: marker }),
      await world.createPost(louise, { caption: marker, media: [{ mediaId: world.photo(louise, 'processing') }] }),
    ]
    const other = await world.createPost(nadar)
    await leave(louise.id)
    // Again, as events come.
    await leave(louise.id)

    expect(await findText(world.orm, marker)).toEqual([])
    expect(await findText(world.orm, louise.username)).toEqual([])
    expect(await tablesWith(louise.id)).toEqual(['erasure', 'outbox', 'post'])
    for (const { id } of posts) {
      expect((await world.eventsOf(id)).map(({ type }) => type)).toEqual(['daguerre.post.deleted.v1'])
    }
    expect((await world.send('GET', `/api/v1/posts/${other.id}`)).status).toBe(200)
    // What media tells late of a photo of theirs is not kept.
    await world.deliver(world.finish(photo))
    expect(await tablesWith(photo)).toEqual([])
  })
})
