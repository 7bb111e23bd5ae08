import { events, makeEvent } from '@daguerre/contracts'
import { copyKey } from '@daguerre/copies/copies'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStage, type Person, requestEvent } from './stage.ts'

let stage: Awaited<ReturnType<typeof createStage>>
beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage.close())

let serial = 0
function person(): Person {
  return stage.person(`asks${++serial}`)
}

async function deliver(...told: ReturnType<typeof requestEvent>[]): Promise<void> {
  for (const event of told) expect(await stage.deliver('user', event)).toBe('SUCCESS')
}

async function toldOf(who: Person): Promise<string[]> {
  return (await stage.list(who)).map(({ kind, actors }) => `${kind} ${actors.map(({ username }) => username).join()}`)
}

test('whoever is asked hears of it, until the request is over; who has asked hears of it when they are accepted', async () => {
  const [owner, fan, other] = [person(), person(), person()]
  await deliver(requestEvent(fan, owner), requestEvent(other, owner))
  expect(await toldOf(owner)).toEqual([`requested ${other.username},${fan.username}`])
  expect(await stage.unread(owner)).toBe(1)
  await deliver(requestEvent(fan, owner, { version: 2, accepted: true }))
  expect(await toldOf(owner)).toEqual([`requested ${other.username}`])
  expect(await toldOf(fan)).toEqual([`accepted ${owner.username}`])
  // Declined, or taken back.
  await deliver(requestEvent(other, owner, { version: 2 }))
  expect([await toldOf(owner), await toldOf(other), await stage.unread(owner)]).toEqual([[], [], 0])
})

test('requests come to the same in whatever order, and however often, they are told of', async () => {
  const [owner, again, gone, accepted] = [person(), person(), person(), person()]
  const [first, end, second] = [1, 2, 3].map((version) => requestEvent(again, owner, { version }))
  await deliver(second!, first!, end!, first!, second!)
  await deliver(requestEvent(gone, owner, { version: 2 }), requestEvent(gone, owner))
  const asked = requestEvent(accepted, owner)
  const taken = requestEvent(accepted, owner, { version: 2, accepted: true })
  await deliver(taken, asked, taken)
  expect(await toldOf(owner)).toEqual([`requested ${again.username}`])
  expect([await toldOf(again), await toldOf(gone)]).toEqual([[], []])
  expect(await toldOf(accepted)).toEqual([`accepted ${owner.username}`])
})

test('a crash between any two steps of an end leaves nothing that its second delivery does not mend', async () => {
  const [owner, fan] = [person(), person()]
  await deliver(requestEvent(fan, owner))
  const end = requestEvent(fan, owner, { version: 2, accepted: true })
  // Kept, and nobody counted: as after a kill in between.
  await stage.collections.entries.updateOne(
    { _id: `requested|${fan.id}|${owner.id}` },
    { $set: { version: 2, active: false, at: new Date(end.data.at) } },
  )
  await deliver(end)
  expect([await toldOf(owner), await toldOf(fan)]).toEqual([[], [`accepted ${owner.username}`]])
})

test('of somebody who is blocked, muted, or has left, no request is shown', async () => {
  const [owner, fan, muted] = [person(), person(), person()]
  await deliver(requestEvent(fan, owner))
  expect(await toldOf(owner)).toEqual([`requested ${fan.username}`])
  stage.blocks.add(`${owner.id}:${fan.id}`)
  await stage.redis.del(copyKey.relations(owner.id))
  expect([await toldOf(owner), await stage.unread(owner)]).toEqual([[], 0])
  stage.blocks.clear()
  await stage.redis.del(copyKey.relations(owner.id))
  expect(await toldOf(owner)).toEqual([`requested ${fan.username}`])

  const mute = { muterId: owner.id, mutedId: muted.id, until: null }
  const subject = `${owner.id}:${muted.id}`
  await stage.deliver('user', makeEvent(events.muted, { subject, version: 1, data: mute }))
  await deliver(requestEvent(muted, owner, { at: new Date(Date.now() + 60_000).toISOString() }))
  expect(await toldOf(owner)).toEqual([`requested ${fan.username}`])

  const left = { userId: fan.id, at: new Date().toISOString() }
  await stage.deliver('auth', makeEvent(events.accountDeleted, { subject: fan.id, version: 2, data: left }))
  await stage.erase()
  await deliver(requestEvent(fan, owner, { version: 3 }), requestEvent(owner, fan))
  expect(await toldOf(owner)).toEqual([])
  expect(await stage.collections.entries.countDocuments({ _id: { $regex: fan.id } })).toBe(0)
})
