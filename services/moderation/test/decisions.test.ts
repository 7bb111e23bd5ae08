import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { cloudEvent } from '@daguerre/kit/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStage, type Somebody, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.stop())

function decided(actor: Somebody, { id: userId }: Somebody, reason = 'Helps out') {
  const data = { ...events.accountDecided.example, userId, actorId: actor.id, reason }
  return { id: newId(), ...makeEvent(events.accountDecided, { subject: userId, version: 1, data }) }
}

async function entries(as: Somebody) {
  return (await stage.request('GET', '/moderation/audit', { as })).body.items
}

test('what auth decides is on record: who, by name, what, why, before and after; the chain is right', async () => {
  const [ann, ada, mod] = [stage.person('ann'), stage.admin('ada'), stage.moderator('mod')]
  expect(await stage.tell('auth', decided(ada, ann))).toBe('SUCCESS')
  await stage.act(mod, 'ban', stage.account(ann))
  expect(await entries(mod)).toMatchObject([
    { sequence: 2, action: 'ban' },
    {
      sequence: 1,
      actor: { id: ada.id, username: 'ada' },
      action: 'change_role',
      subject: { kind: 'account', id: ann.id },
      reason: 'Helps out',
      before: { role: 'member' },
      after: { role: 'moderator' },
    },
  ])
  expect(await stage.verify()).toMatchObject({ entries: 2, fault: null })
})

test('one that comes twice, also twice at once, is entered once; without user it comes again', async () => {
  const [ann, ada] = [stage.person('ann'), stage.admin('ada')]
  const one = decided(ada, ann)
  expect(await stage.without(() => stage.tell('auth', one))).toBe('RETRY')
  expect(await Promise.all([stage.tell('auth', one), stage.tell('auth', one)])).toEqual(['SUCCESS', 'SUCCESS'])
  expect(await stage.tell('auth', one)).toBe('SUCCESS')
  await stage.tell('auth', decided(ada, ann, 'Another'))
  expect((await entries(ada)).map(({ reason }: { reason: string }) => reason)).toEqual(['Another', 'Helps out'])
})

test('of somebody who has left neither reason nor name stays, also of an event that comes late', async () => {
  const [ann, ada, mod] = [stage.person('ann'), stage.admin('ada'), stage.moderator('mod')]
  await stage.tell('auth', decided(ada, ann))
  for (const who of [ann, ada]) {
    const data = { userId: who.id, at: new Date().toISOString() }
    stage.remove(stage.account(who))
    await stage.tell('auth', makeEvent(events.accountDeleted, { subject: who.id, version: 2, data }))
  }
  await stage.erase()
  await stage.tell('auth', decided(ada, ann, 'Late'))
  const gone = { actor: { id: ada.id, username: '' }, reason: null }
  expect(await entries(mod)).toMatchObject([gone, gone])
  expect(await stage.sql('select * from audit_reason')).toEqual([])
  expect((await stage.verify()).fault).toBeNull()
})

test('one that says nothing usable is refused', async () => {
  const event = decided(stage.admin('ada'), stage.person('ann'))
  const body = cloudEvent('auth', { ...event, data: { ...event.data, action: 'nothing' } })
  expect((await stage.request('POST', '/events/account', { api: false, body })).body.status).not.toBe('SUCCESS')
  expect((await stage.verify()).entries).toBe(0)
})
