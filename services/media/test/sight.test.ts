import type { Audience, Media } from '@daguerre/contracts'
import { copyKey } from '@daguerre/copies/copies'
import { newId } from '@daguerre/kit/id'
import { testViewer } from '@daguerre/kit/testing'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { bytes, quarters } from './photos.ts'
import { startMedia, type System } from './system.ts'

let media: System
let photo: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  media = await startMedia()
  photo = await bytes(quarters(400, 300).png())
  return media.stop
})
afterEach(() => {
  media.world.away.clear()
  vi.useRealTimers()
})

type Viewer = System['louise']

/** A photo of louise's that a post for these shows; null: it is in no post. */
async function photoFor(audience: Audience | null): Promise<Media> {
  const made = await media.process(photo)
  await media.show(made.id, audience && { ownerId: media.louise.id, audience })
  return made
}

/** One of somebody else's, in no post. */
async function photoOf(owner: Viewer): Promise<Pick<Media, 'id'>> {
  const id = newId()
  await media.sql("insert into media (id, owner_id, state, source, variants) values (?, ?, 'ready', 'streamed', ?)", [
    id,
    owner.id,
    JSON.stringify([{ name: 'thumbnail', width: 1, height: 1, bytes: 1 }]),
  ])
  await media.plain.put(`variants/${id}/thumbnail.webp`, Buffer.from('x'), 'image/webp')
  return { id }
}

/** What the API says of it to this viewer. */
async function seenBy(viewer: Viewer | null, { id }: Pick<Media, 'id'>): Promise<Media | number> {
  const response = await media.request(`/api/v1/media/${id}`, {}, viewer)
  return response.status === 200 ? ((await response.json()) as Media) : response.status
}

async function pathFor(viewer: Viewer | null, photo: Pick<Media, 'id'>): Promise<string> {
  const seen = await seenBy(viewer, photo)
  if (typeof seen === 'number') throw new Error(`not seen: ${seen}`)
  return seen.variants[0]!.url
}

function plainPath({ id }: Pick<Media, 'id'>): string {
  return `/media/${id}/thumbnail.webp`
}

async function statusOf(path: string): Promise<number> {
  return (await media.app.request(path)).status
}

describe('a photo', () => {
  test.each([
    ['public', 200, 200],
    ['followers', 200, 404],
    ['close_friends', 404, 404],
    ['only_me', 404, 404],
    [null, 404, 404],
  ] as const)(
    'of a post for %s is fetched by whoever sees that post, and is not there for others',
    async (audience, byFollower, byStranger) => {
      const made = await photoFor(audience)
      const [follower, stranger] = [testViewer('follower'), testViewer('stranger')]
      media.world.follows.add(`${follower.id} ${media.louise.id}`)
      expect(await statusOf(await pathFor(media.louise, made))).toBe(200)
      for (const [viewer, wanted] of [
        [follower, byFollower],
        [stranger, byStranger],
        [null, byStranger],
      ] as const) {
        const seen = await seenBy(viewer, made)
        expect(typeof seen === 'number' ? seen : await statusOf(seen.variants[0]!.url)).toBe(wanted)
      }
      expect(await statusOf(plainPath(made))).toBe(audience === 'public' ? 200 : 404)
    },
  )

  test('of a private account is fetched by followers alone, of a closed one by its owner alone', async () => {
    const follower = testViewer('follower')
    const owner = testViewer('private')
    const made = await photoOf(owner)
    await media.show(made.id, { ownerId: owner.id, audience: 'public' })
    media.world.follows.add(`${follower.id} ${owner.id}`)
    for (const [account, byFollower] of [
      ['private', 200],
      ['closed', 404],
    ] as const) {
      media.world.accounts.set(owner.id, { account, avatar: null })
      await media.shared.copies.remove([`person:{${owner.id}}`])
      const seen = await seenBy(follower, made)
      expect(typeof seen === 'number' ? seen : await statusOf(seen.variants[0]!.url)).toBe(byFollower)
      expect(await statusOf(await pathFor(owner, made))).toBe(200)
      expect(await statusOf(plainPath(made))).toBe(404)
    }
  })

  test('that is an avatar is there for everybody, whatever the account is, unless it is closed', async () => {
    const owner = testViewer('avatar')
    const made = await photoOf(owner)
    const avatar = { mediaId: made.id, url: plainPath(made), width: 1, height: 1, placeholder: null }
    for (const [account, wanted] of [
      ['closed', 404],
      ['private', 200],
    ] as const) {
      media.world.accounts.set(owner.id, { account, avatar })
      await media.shared.copies.remove([`person:{${owner.id}}`])
      expect(await statusOf(plainPath(made))).toBe(wanted)
    }
  })
})

test('an avatar is there at once, and gone at once, although copies of its person are older', async () => {
  const owner = testViewer('chooses')
  const made = await photoOf(owner)
  const avatar = { mediaId: made.id, url: plainPath(made), width: 1, height: 1, placeholder: null }
  expect(await statusOf(plainPath(made))).toBe(404)
  for (const [chosen, wanted] of [
    [avatar, 200],
    [null, 404],
  ] as const) {
    // As user does it: the copy is held while the profile changes, and replaced when the event has come.
    await media.shared.holds.hold([`person:{${owner.id}}`])
    media.world.accounts.set(owner.id, { account: 'open', avatar: chosen })
    await vi.waitFor(async () => expect(await statusOf(plainPath(made))).toBe(wanted), {
      timeout: 4_000,
      interval: 100,
    })
  }
  media.world.away.add('user')
  expect(await statusOf(plainPath(made))).toBe(404)
})

describe('a grant', () => {
  test('is for one photo, one session, and ten minutes at most', async () => {
    const [made, other] = [await photoFor('followers'), await photoFor('followers')]
    const session = { ...media.louise, sessionId: newId() }
    const path = await pathFor(session, made)
    const grant = new URL(path, 'http://x').searchParams.get('grant')!
    expect(await statusOf(`${plainPath(other)}?grant=${grant}`)).toBe(404)

    const answer = await media.app.request(path)
    const [, kept] = /^private, max-age=(\d+)$/.exec(answer.headers.get('cache-control') ?? '') ?? []
    expect(Number(kept)).toBeGreaterThan(290)
    expect(Number(kept)).toBeLessThanOrEqual(600)

    vi.useFakeTimers({ now: Date.now() + 600_000, toFake: ['Date'] })
    expect(await statusOf(path)).toBe(404)
    vi.useRealTimers()
    expect(await statusOf(path)).toBe(200)
    await media.endSession(session.sessionId)
    expect(await statusOf(path)).toBe(404)
  })

  test('that is changed in any byte, cut, or of another key opens nothing', async () => {
    const made = await photoFor('followers')
    const grant = new URL(await pathFor(media.louise, made), 'http://x').searchParams.get('grant')!
    const right = Buffer.from(grant, 'base64url')
    for (let at = 0; at < right.length; at++) {
      const wrong = Buffer.from(right)
      wrong[at]! ^= 1
      expect([at, await statusOf(`${plainPath(made)}?grant=${wrong.toString('base64url')}`)]).toEqual([at, 404])
    }
    for (const wrong of [grant.slice(0, -1), `${grant}A`, 'x']) {
      expect([wrong, await statusOf(`${plainPath(made)}?grant=${wrong}`)]).toEqual([wrong, 404])
    }
    for (const wrong of ['', `${grant}=`, encodeURIComponent('\0'), 'A'.repeat(101), `${grant}&grant=${grant}`]) {
      expect([wrong, await statusOf(`${plainPath(made)}?grant=${wrong}`)]).toEqual([wrong, 422])
    }
  })

  test('shuts when its viewer may see the photo no more, and a public photo when it is public no more', async () => {
    const follower = testViewer('unfollower')
    const made = await photoFor('followers')
    media.world.follows.add(`${follower.id} ${media.louise.id}`)
    const path = await pathFor(follower, made)
    expect(await statusOf(path)).toBe(200)
    media.world.blocks.add(`${follower.id} ${media.louise.id}`)
    await media.shared.copies.remove([copyKey.relations(follower.id)])
    expect(await statusOf(path)).toBe(404)
    media.world.blocks.clear()
    await media.shared.copies.remove([copyKey.relations(follower.id)])
    expect(await statusOf(path)).toBe(200)
    await media.show(made.id, { ownerId: media.louise.id, audience: 'only_me' })
    expect(await statusOf(path)).toBe(404)

    const open = await photoFor('public')
    expect(await statusOf(plainPath(open))).toBe(200)
    await media.show(open.id, null)
    await vi.waitFor(async () => expect(await statusOf(plainPath(open))).toBe(404), { timeout: 5_000, interval: 100 })
  })

  test('of a moderator, vouched for, opens what they would not see themselves', async () => {
    const made = await photoFor('only_me')
    const moderator = testViewer('moderator')
    const plain = await media.shared.grants.of(moderator)
    const vouched = await media.shared.grants.of(moderator, { isVouched: true })
    expect(await statusOf(`${plainPath(made)}?grant=${plain!(made.id)}`)).toBe(404)
    expect(await statusOf(`${plainPath(made)}?grant=${vouched!(made.id)}`)).toBe(200)
  })
})

test('of many who ask for a new photo at once, one asks post', async () => {
  const made = await photoOf(testViewer('new'))
  await media.show(made.id, { ownerId: media.louise.id, audience: 'followers' })
  media.world.asked.length = 0
  const stranger = (await media.shared.grants.of(testViewer('many')))!
  const paths = Array.from({ length: 20 }, () => `${plainPath(made)}?grant=${stranger(made.id)}`)
  // It answers when all of them have long come to it.
  const all = Promise.withResolvers<void>()
  media.world.before.photoUse = () => all.promise
  const answers = Promise.all(paths.map(statusOf))
  setTimeout(all.resolve, 300)
  expect(await answers).toEqual(paths.map(() => 404))
  media.world.before.photoUse = undefined
  expect(media.world.asked.filter((what) => what === made.id)).toHaveLength(1)
})

test('what was asked once is not asked again, and while post or user is away nothing is taken for deleted', async () => {
  const made = await photoFor('followers')
  const path = await pathFor(media.louise, made)
  media.world.asked.length = 0
  const stranger = testViewer('asker')
  const grant = (await media.shared.grants.of(stranger))!(made.id)
  media.world.away.add('post')
  expect(await statusOf(`${plainPath(made)}?grant=${grant}`)).toBe(503)
  expect(await statusOf(path)).toBe(200)
  media.world.away.clear()
  // The copy is held for some seconds after the change; then it is kept.
  await media.shared.copies.remove([`photo:{${made.id}}`])
  expect(await statusOf(`${plainPath(made)}?grant=${grant}`)).toBe(404)
  media.world.away.add('post')
  expect(await statusOf(`${plainPath(made)}?grant=${grant}`)).toBe(404)
})
