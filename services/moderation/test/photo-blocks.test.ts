import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStage, type Somebody, type Stage } from './stage.ts'

let stage: Stage
let mod: Somebody
beforeAll(async () => {
  stage = await openStage()
  mod = stage.moderator('mod')
})
afterAll(() => stage.stop())

const path = '/moderation/photo-blocks'

/** 64 bits that nobody has used before. */
function newHash(): string {
  return BigInt(`0x${newId().replaceAll('-', '').slice(-16)}`)
    .toString(2)
    .padStart(64, '0')
}

async function latest() {
  const { body } = await stage.request('GET', path, { as: mod })
  return body.items[0]
}

async function audited(action: string) {
  const { body } = await stage.request('GET', '/moderation/audit?limit=100', { as: mod })
  return body.items.filter((entry: { action: string }) => entry.action === action)
}

describe('photos of a post that is removed', () => {
  test('are blocked with it: told of, listed, on record, and of them nothing is kept but how they look', async () => {
    const [ann, hash] = [stage.person('ann'), newHash()]
    const post = stage.postOf(ann, hash)
    const act = await stage.act(mod, 'remove_post', post, { blockPhotos: true })
    expect(act.status).toBe(201)
    const block = await latest()
    expect(block).toEqual({
      id: block.id,
      reason: 'Against the rules',
      moderator: { id: mod.id, username: 'mod' },
      createdAt: expect.any(String),
    })
    expect(await stage.events(block.id)).toEqual([
      {
        type: events.photoBlockChanged.type,
        version: 1,
        data: { blockId: block.id, perceptualHash: hash, isBlocked: true },
      },
    ])
    expect((await audited('block_photo'))[0]).toMatchObject({
      actor: { id: mod.id },
      subject: { kind: 'photo_block', id: block.id },
      reason: 'Against the rules',
      after: { perceptualHash: hash },
    })
    expect((await stage.verify()).fault).toBeNull()
  })

  test('stay free unless it is said, and are blocked once, however many posts show them', async () => {
    const [bob, hash] = [stage.person('bob'), newHash()]
    await stage.act(mod, 'remove_post', stage.postOf(bob, hash))
    const before = await latest()
    expect(await stage.sql('select 1 from photo_block where perceptual_hash = $1::bit(64)', [hash])).toEqual([])
    const both = [stage.postOf(bob, hash), stage.postOf(bob, hash)]
    const answers = await Promise.all(both.map((post) => stage.act(mod, 'remove_post', post, { blockPhotos: true })))
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(await stage.sql('select 1 from photo_block where perceptual_hash = $1::bit(64)', [hash])).toHaveLength(1)
    expect((await latest()).id).not.toBe(before.id)
  })

  test('are let in again, once, and it is on record', async () => {
    const hash = newHash()
    await stage.act(mod, 'remove_post', stage.postOf(stage.person('cleo'), hash), { blockPhotos: true })
    const { id } = await latest()
    const answers = await Promise.all([1, 2].map(() => stage.request('DELETE', `${path}/${id}`, { as: mod })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 404])
    expect((await stage.events(id)).map(({ version, data }) => [version, data.isBlocked])).toEqual([
      [1, true],
      [2, false],
    ])
    expect((await audited('unblock_photo'))[0]).toMatchObject({ subject: { id }, before: { perceptualHash: hash } })
    expect((await stage.verify()).fault).toBeNull()
  })

  test('nothing is done if they cannot be blocked: a plain surface, a post that is gone, media that is away', async () => {
    const dora = stage.person('dora')
    const [plain, gone, here] = [stage.postOf(dora, '0'.repeat(64)), stage.post(dora), stage.postOf(dora, newHash())]
    stage.remove(gone)
    const refused = [
      await stage.act(mod, 'remove_post', plain, { blockPhotos: true }),
      await stage.act(mod, 'remove_post', gone, { blockPhotos: true }),
      await stage.without(() => stage.act(mod, 'remove_post', here, { blockPhotos: true })),
      await stage.act(mod, 'hide_post', here, { blockPhotos: true }),
    ]
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
      [422, 'photo_block.nothing_to_compare'],
      [404, 'moderation.subject_not_found'],
      [503, 'service.unavailable'],
      [422, 'request.invalid'],
    ])
    for (const { id } of [plain, gone, here]) expect(await stage.events(id)).toEqual([])
    expect((await stage.act(mod, 'remove_post', plain)).status).toBe(201)
  })

  test('who has no business there sees none and takes none back', async () => {
    const eve = stage.person('eve')
    const answers = [
      await stage.request('GET', path, { as: eve }),
      await stage.request('DELETE', `${path}/${newId()}`, { as: eve }),
      await stage.request('GET', path),
      await stage.request('DELETE', `${path}/${newId()}`, { as: mod }),
      await stage.request('GET', `${path}?limit=1&cursor=x`, { as: mod }),
    ]
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [403, 'auth.scope_missing'],
      [403, 'auth.scope_missing'],
      [401, 'auth.token_missing'],
      [404, 'photo_block.not_found'],
      [400, 'cursor.invalid'],
    ])
  })

  test('of who has left a block keeps neither reason nor name', async () => {
    const [fay, leaver] = [stage.person('fay'), stage.moderator('leaver')]
    await stage.act(leaver, 'remove_post', stage.postOf(fay, newHash()), { blockPhotos: true, reason: 'Fay did it' })
    const { id } = await latest()
    for (const { id: userId } of [fay, leaver]) {
      await stage.tell(
        'auth',
        makeEvent(events.accountDeleted, {
          subject: userId,
          version: 3,
          data: { userId, at: new Date().toISOString() },
        }),
      )
    }
    await stage.erase()
    expect(await latest()).toMatchObject({ id, reason: '', moderator: { id: leaver.id, username: '' } })
    expect(await stage.sql('select person_id as id from photo_block where id = $1', [id])).toEqual([{ id: null }])
    expect((await stage.request('DELETE', `${path}/${id}`, { as: mod })).status).toBe(204)
  })
})

describe('a photo that looks like a blocked one', () => {
  function match(owner: Somebody, { mediaId = newId(), isRefused = true } = {}) {
    const data = { mediaId, ownerId: owner.id, blockId: newId(), distance: 3, isRefused }
    return stage.tell('media', makeEvent(events.photoMatched, { subject: mediaId, version: 2, data }))
  }

  async function caseOf({ id }: Somebody) {
    const { body } = await stage.request('GET', `/moderation/accounts/${id}`, { as: mod })
    return (await stage.request('GET', `/moderation/cases/${body.cases[0].id}`, { as: mod })).body
  }

  test('makes a case about its owner, once however often it is told; nobody has reported', async () => {
    const [gil, mediaId] = [stage.person('gil'), newId()]
    expect(await match(gil, { mediaId })).toBe('SUCCESS')
    await match(gil, { mediaId })
    await match(gil, { isRefused: false })
    const { case: found, reports } = await caseOf(gil)
    expect(found).toMatchObject({
      subject: { kind: 'account', id: gil.id },
      person: { username: 'gil' },
      state: 'open',
      reports: 2,
      reasons: ['blocked_photo'],
      snapshot: { text: 'gil' },
    })
    expect(reports[0]).toMatchObject({
      reporter: null,
      reason: 'blocked_photo',
      photo: { id: mediaId, isRefused: true, image: null },
    })
    expect(reports[1].photo).toMatchObject({
      isRefused: false,
      image: expect.stringContaining('/thumbnail.webp?grant='),
    })
    const filtered = await stage.request('GET', '/moderation/cases?reason=blocked_photo&limit=100', { as: mod })
    expect(filtered.body.items.map(({ id }: { id: string }) => id)).toContain(found.id)
  })

  test('told again after its case was closed it makes no other; the next photo does', async () => {
    const [hal, mediaId] = [stage.person('hal'), newId()]
    await match(hal, { mediaId })
    const { case: first } = await caseOf(hal)
    await stage.request('PATCH', `/moderation/cases/${first.id}`, { as: mod, body: { state: 'closed' } })
    await match(hal, { mediaId })
    expect((await caseOf(hal)).case.id).toBe(first.id)
    await match(hal)
    expect((await caseOf(hal)).case.id).not.toBe(first.id)
  })

  test('with user away it is told again later; of who has left nothing is kept', async () => {
    const ida = stage.person('ida')
    expect(await stage.without(() => match(ida))).toBe('RETRY')
    await stage.tell(
      'auth',
      makeEvent(events.accountDeleted, {
        subject: ida.id,
        version: 3,
        data: { userId: ida.id, at: new Date().toISOString() },
      }),
    )
    expect(await match(ida)).toBe('SUCCESS')
    expect(await stage.sql('select 1 from moderation_case where person_id = $1', [ida.id])).toEqual([])
  })

  test('nobody says of themselves that theirs does', async () => {
    const [jo, kim] = [stage.person('jo'), stage.person('kim')]
    expect((await stage.report(jo, stage.account(kim), 'blocked_photo')).status).toBe(422)
  })
})
