import { events, makeEvent, type Post, type ProblemDetails } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { cloudEvent } from '@daguerre/kit/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
  world.blockedTexts.push(
    { kind: 'word', value: 'lead', effect: 'refuse' },
    { kind: 'word', value: 'for sale', effect: 'hold' },
    { kind: 'domain', value: 'evil.example', effect: 'hold' },
  )
})
afterAll(() => world.drop())

type Viewer = ReturnType<World['person']>

function post(as: Viewer, fields: Record<string, unknown> = {}) {
  const body = { caption: 'Silver', media: [{ mediaId: world.photo(as) }], ...fields }
  return world.send<ProblemDetails & Post>('POST', '/api/v1/posts', { as, body })
}

function moderate(
  postId: string,
  version: number,
  state: { hidden?: boolean; removed?: boolean; sensitive?: boolean },
) {
  const data = { postId, hidden: false, sensitive: false, removed: false, ...state }
  return world.deliver(
    cloudEvent('moderation', makeEvent(events.postModerated, { subject: postId, version, data })),
    'moderation',
  )
}

async function typesOf(id: string): Promise<string[]> {
  return (await world.eventsOf(id)).map(({ type }) => type)
}

async function isSeen(id: string, by?: Viewer): Promise<boolean> {
  return (await world.send('GET', `/api/v1/posts/${id}`, { as: by })).status === 200
}

describe('a word that is refused', () => {
  test('is not taken in caption, description or place, also by an edit, and the field is named', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise)
    const refused = [
      await post(louise, { caption: 'Made of LEAD' }),
      await post(louise, { media: [{ mediaId: world.photo(louise) }, { mediaId, altText: 'lead' }] }),
      await post(louise, { location: { name: 'Lead, South Dakota' } }),
    ]
    const own = await world.createPost(louise, { caption: 'Silver' })
    const path = `/api/v1/posts/${own.id}`
    const media = [{ mediaId: own.media[0]!.id, altText: 'Of lead' }]
    refused.push(
      await world.send('PATCH', path, { as: louise, body: { caption: 'Of lead' } }),
      await world.send('PATCH', path, { as: louise, body: { media } }),
      // What is published is not held any more.
      await world.send('PATCH', path, { as: louise, body: { caption: 'For sale' } }),
    )
    expect(refused.map(({ status, body }) => [status, body.code, body.errors?.[0]?.pointer])).toEqual([
      [422, 'text.blocked', '#/caption'],
      [422, 'text.blocked', '#/media/1/altText'],
      [422, 'text.blocked', '#/location/name'],
      [422, 'text.blocked', '#/caption'],
      [422, 'text.blocked', '#/media/0/altText'],
      [422, 'text.blocked', '#/caption'],
    ])
    expect((await world.send<Post>('GET', path)).body.caption).toBe('Silver')
  })
})

describe('a post that is held', () => {
  test('is seen by its author alone, and told of to moderators alone; let through it is news', async () => {
    const [louise, nadar] = [world.person(), world.person()]
    const tag = `t${newId().slice(-8)}`
    const { status, body: held } = await post(louise, { caption: `For sale #${tag}, see www.evil.example` })
    expect([status, held.state]).toEqual([201, 'held'])
    expect([await isSeen(held.id, louise), await isSeen(held.id, nadar), await isSeen(held.id)]).toEqual([
      true,
      false,
      false,
    ])
    expect(await world.eventsOf(held.id)).toMatchObject([
      {
        type: events.postHeld.type,
        data: { authorId: louise.id, heldFor: ['for sale', 'evil.example'], images: [expect.any(String)] },
      },
    ])
    const list = await world.send<{ items: Post[] }>('GET', `/api/v1/tags/${tag}/posts`, { as: nadar })
    expect(list.body.items).toEqual([])
    const ids = [held.id]
    function reportable(viewerId: string | null) {
      return world.ask<{ items: unknown[] }>('/internal/reportable-posts', { ids, viewerId })
    }
    expect((await reportable(nadar.id)).body.items).toEqual([])
    expect((await reportable(null)).body.items).toHaveLength(1)

    expect(await moderate(held.id, 2, { hidden: true, sensitive: true })).toBe('SUCCESS')
    expect(await isSeen(held.id, nadar)).toBe(false)
    for (let times = 0; times < 2; times++) expect(await moderate(held.id, 3, { sensitive: true })).toBe('SUCCESS')
    expect(await typesOf(held.id)).toEqual([events.postHeld.type, events.postCreated.type])
    const shown = await world.send<Post>('GET', `/api/v1/posts/${held.id}`, { as: nadar })
    expect(shown.body).toMatchObject({ state: 'published', sensitive: true })
    await moderate(held.id, 4, { hidden: true })
    expect(await isSeen(held.id, nadar)).toBe(false)
  })

  test('waits for its photos first, and is told of once', async () => {
    const louise = world.person()
    const photos = [world.photo(louise, 'processing'), world.photo(louise)]
    const media = photos.map((mediaId) => ({ mediaId }))
    const { body: held } = await post(louise, { caption: 'For sale', media })
    expect(held.state).toBe('held')
    expect(await typesOf(held.id)).toEqual([])
    const ready = world.finish(photos[0]!)
    for (let times = 0; times < 2; times++) await world.deliver(ready)
    expect(await typesOf(held.id)).toEqual([events.postHeld.type])
    await moderate(held.id, 2, {})
    expect((await typesOf(held.id)).at(-1)).toBe(events.postCreated.type)
  })

  test('fails with its photos, goes when its author or a moderator deletes it', async () => {
    const louise = world.person()
    const photo = world.photo(louise, 'processing')
    const failing = await post(louise, { caption: 'For sale', media: [{ mediaId: photo }] })
    await world.deliver(world.finish(photo, 'failed'))
    const path = `/api/v1/posts/${failing.body.id}`
    expect((await world.send<Post>('GET', path, { as: louise })).body.state).toBe('failed')
    const [own, removed] = [await post(louise, { caption: 'For sale' }), await post(louise, { caption: 'For sale' })]
    expect((await world.send('DELETE', `/api/v1/posts/${own.body.id}`, { as: louise })).status).toBe(204)
    await moderate(removed.body.id, 2, { removed: true })
    for (const { id } of [own.body, removed.body]) {
      expect(await isSeen(id, louise)).toBe(false)
      expect((await typesOf(id)).at(-1)).toBe(events.postDeleted.type)
      await moderate(id, 3, {})
      expect(await isSeen(id)).toBe(false)
    }
  })

  test('of an archive has also what is refused in it, and is nobody’s news when it is let through', async () => {
    const louise = world.person()
    const createdAt = '2019-05-04T03:02:01.000Z'
    const id = `${Date.parse(createdAt)
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}${newId().slice(13)}`
    const { body } = await world.ask('/internal/posts/imported', {
      ...{
        id,
        authorId: louise.id,
        authorUsername: louise.username,
        audience: 'public',
        caption: 'Lead',
        location: null,
      },
      ...{ media: [{ mediaId: world.photo(louise), altText: '' }], createdAt },
    })
    expect(body).toEqual({ outcome: 'published' })
    expect(await typesOf(id)).toEqual([events.postHeld.type])
    await moderate(id, 2, {})
    expect((await world.eventsOf(id)).at(-1)).toMatchObject({ type: events.postCreated.type, data: { imported: true } })
  })
})
