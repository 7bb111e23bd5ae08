import { blockedTextLimits, events, makeEvent } from '@daguerre/contracts'
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

const path = '/moderation/blocked-texts'

/** As the app asks: once, however often it is sent. */
function block(value: string, more: { kind?: string; effect?: string } = {}, as: Somebody = mod) {
  return stage.request('POST', path, { as, key: newId(), body: { kind: 'word', value, effect: 'refuse', ...more } })
}

async function audited(action: string) {
  const { body } = await stage.request('GET', '/moderation/audit?limit=100', { as: mod })
  return body.items.filter((entry: { action: string }) => entry.action === action)
}

describe('the list of blocked words and domains', () => {
  test('is added to and taken from, told to all by the time of the answer, and each change is on record', async () => {
    const made = await block('  Fake SILVER ')
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ kind: 'word', value: 'fake silver', effect: 'refuse', moderator: { id: mod.id } })
    const domain = await block('https://www.Bücher.example/x', { kind: 'domain', effect: 'hold' })
    expect(domain.body.value).toBe('www.xn--bcher-kva.example')
    expect(stage.textRules).toEqual([
      { kind: 'word', value: 'fake silver', effect: 'refuse' },
      { kind: 'domain', value: 'www.xn--bcher-kva.example', effect: 'hold' },
    ])
    const { body } = await stage.request('GET', `${path}?limit=1`, { as: mod })
    expect(body.items).toEqual([domain.body])
    const second = await stage.request('GET', `${path}?limit=1&cursor=${body.nextCursor}`, { as: mod })
    expect(second.body.items).toEqual([made.body])

    const gone = await Promise.all([1, 2].map(() => stage.request('DELETE', `${path}/${made.body.id}`, { as: mod })))
    expect(gone.map(({ status }) => status).toSorted()).toEqual([204, 404])
    expect(stage.textRules).toHaveLength(1)
    const [added] = (await audited('block_text')).filter(
      ({ subject }: { subject: { id: string } }) => subject.id === made.body.id,
    )
    expect(added).toMatchObject({
      actor: { id: mod.id },
      after: { kind: 'word', value: 'fake silver', effect: 'refuse' },
    })
    expect(await audited('unblock_text')).toMatchObject([{ before: { value: 'fake silver' } }])
    expect((await stage.verify()).fault).toBeNull()
  })

  test('has each thing once, however it is written', async () => {
    expect((await block('Tin')).status).toBe(201)
    const again = await block('ｔíｎ', { effect: 'hold' })
    expect([again.status, again.body.code]).toEqual([409, 'blocked_text.known'])
    expect((await block('tin.example', { kind: 'domain' })).status).toBe(201)
    expect((await block('TIN.EXAMPLE.', { kind: 'domain' })).status).toBe(409)
  })

  test('takes nothing that is neither, and nothing from others', async () => {
    const refused = [
      await block('!?'),
      await block(''),
      await block('x'.repeat(blockedTextLimits.valueLength + 1)),
      await block('localhost', { kind: 'domain' }),
      await block('10.0.0.1', { kind: 'domain' }),
      await block('zinc', { kind: 'colour' }),
      await block('zinc', { effect: 'shout' }),
      await block('zinc', {}, stage.person('nobody')),
      await stage.request('GET', path, { as: stage.person('nobody') }),
      await stage.request('DELETE', `${path}/${newId()}`, { as: stage.person('nobody') }),
      await stage.request('DELETE', `${path}/${newId()}`, { as: mod }),
      await stage.request('GET', path),
    ]
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422, 422, 403, 403, 403, 404, 401])
  })
})

describe('a post that is held', () => {
  function held(author: Somebody, postId = newId()) {
    const data = {
      ...{ postId, authorId: author.id, authorUsername: author.username },
      ...{
        caption: 'Silver for sale',
        images: [`/media/${newId()}/thumbnail.webp`],
        heldFor: ['for sale', 'x.example'],
      },
    }
    return { postId, told: stage.tell('post', makeEvent(events.postHeld, { subject: postId, version: 1, data })) }
  }

  async function caseOf({ id }: Somebody) {
    const { body } = await stage.request('GET', `/moderation/accounts/${id}`, { as: mod })
    return (await stage.request('GET', `/moderation/cases/${body.cases[0].id}`, { as: mod })).body
  }

  test('is a case that came by itself, once; it is let through, and the person told', async () => {
    const ann = stage.person('ann')
    const { postId, told } = held(ann)
    expect(await told).toBe('SUCCESS')
    await held(ann, postId).told
    const found = await caseOf(ann)
    expect(found.case).toMatchObject({ subject: { kind: 'post', id: postId }, reports: 1, reasons: ['blocked_text'] })
    expect(found.case.snapshot).toMatchObject({ text: 'Silver for sale', images: [expect.stringContaining('grant=')] })
    expect(found.reports).toMatchObject([{ reporter: null, text: 'for sale, x.example', photo: null }])
    const act = await stage.act(mod, 'restore_post', { kind: 'post', id: postId }, { caseId: found.case.id })
    expect(act.status).toBe(201)
    expect(await stage.events(postId)).toMatchObject([{ version: 2, data: { hidden: false, removed: false } }])
    // Told again, late, it is not hidden anew.
    await held(ann, postId).told
    expect((await stage.act(mod, 'restore_post', { kind: 'post', id: postId })).status).toBe(409)
  })

  test('by a check from outside says what that said', async () => {
    const fay = stage.person('fay')
    const postId = newId()
    const data = {
      ...events.postHeld.example,
      postId,
      authorId: fay.id,
      heldFor: ['Spam'],
      cause: 'external_check' as const,
    }
    await stage.tell('post', makeEvent(events.postHeld, { subject: postId, version: 1, data }))
    expect((await caseOf(fay)).reports).toMatchObject([{ reporter: null, reason: 'external_check', text: 'Spam' }])
  })

  test('is removed as any other', async () => {
    const bob = stage.person('bob')
    const { postId, told } = held(bob)
    await told
    expect((await stage.act(mod, 'remove_post', { kind: 'post', id: postId })).status).toBe(201)
    expect(await stage.events(postId)).toMatchObject([{ version: 2, data: { removed: true } }])
  })

  test('and that is gone by then makes none', async () => {
    const [cleo, dora] = [stage.person('cleo'), stage.person('dora')]
    const postId = newId()
    const data = { postId, authorId: cleo.id, mediaIds: [], authorPosts: { count: 0, version: 2 } }
    await stage.tell('post', makeEvent(events.postDeleted, { subject: postId, version: 2, data }))
    const left = { userId: dora.id, at: new Date().toISOString() }
    await stage.tell('auth', makeEvent(events.accountDeleted, { subject: dora.id, version: 3, data: left }))
    expect(await held(cleo, postId).told).toBe('SUCCESS')
    expect(await held(dora).told).toBe('SUCCESS')
    expect(
      await stage.sql('select 1 from moderation_case where person_id = any($1::uuid[])', [[cleo.id, dora.id]]),
    ).toEqual([])
    await stage.erase()
    expect(await stage.sql('select 1 from standing where person_id = $1', [dora.id])).toEqual([])
  })
})
